#include "lookup.h"

#if defined(__x86_64__)

#include "../support/compiler.h"

#include <immintrin.h>

#define CK_VBMI __attribute__((target("avx512f,avx512bw,avx512vbmi")))

/// Two registers of the table at a time are looked up by the low seven bits of a byte; the highest bit chooses.
CK_VBMI size_t ck_lookup_vbmi(const uint8_t table[256], const uint8_t *input, uint8_t *output, size_t count) {
  __m512i rows[4];
  CK_UNROLL for (int row = 0; row < 4; row++) rows[row] = _mm512_loadu_si512(table + 64 * row);
  for (size_t i = 0; i < count; i += 64) {
    const size_t left = count - i;
    const __mmask64 mask = left >= 64 ? ~(__mmask64)0 : ((__mmask64)1 << left) - 1;
    const __m512i x = _mm512_maskz_loadu_epi8(mask, input + i);
    const __m512i low = _mm512_permutex2var_epi8(rows[0], x, rows[1]);
    const __m512i high = _mm512_permutex2var_epi8(rows[2], x, rows[3]);
    _mm512_mask_storeu_epi8(output + i, mask, _mm512_mask_blend_epi8(_mm512_movepi8_mask(x), low, high));
  }
  return count;
}

#endif
