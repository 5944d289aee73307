#include "lookup.h"

#if defined(__x86_64__)

#include "../support/compiler.h"

#include <immintrin.h>

/// What the part of the table at `row` · 16 has for the low four bits of each byte.
CK_INLINE CK_AVX2 __m256i look_up(const uint8_t *table, int row, __m256i low_bits) {
  const __m128i entries = _mm_loadu_si128((const __m128i *)table + row);
  return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(entries), low_bits);
}

/// One or the other, by the highest bit of each byte.
CK_INLINE CK_AVX2 __m256i choose(__m256i zero, __m256i one, __m256i bits) {
  return _mm256_blendv_epi8(zero, one, bits);
}

/// All rows of the table are looked at; the upper four bits of a byte choose among what they have.
CK_AVX2 size_t ck_lookup_avx2(const uint8_t table[256], const uint8_t *input, uint8_t *output, size_t count) {
  size_t i = 0;
  for (; i + 32 <= count; i += 32) {
    const __m256i x = _mm256_loadu_si256((const __m256i *)(input + i));
    const __m256i low_bits = _mm256_and_si256(x, _mm256_set1_epi8(15));
    // Bits 4 to 6, each moved to the highest place of its byte.
    const __m256i bit4 = _mm256_slli_epi16(x, 3), bit5 = _mm256_slli_epi16(x, 2), bit6 = _mm256_slli_epi16(x, 1);
    __m256i quarters[4];
    CK_UNROLL for (int quarter = 0; quarter < 4; quarter++) {
      const int row = 4 * quarter;
      const __m256i first = choose(look_up(table, row, low_bits), look_up(table, row + 1, low_bits), bit4);
      const __m256i second = choose(look_up(table, row + 2, low_bits), look_up(table, row + 3, low_bits), bit4);
      quarters[quarter] = choose(first, second, bit5);
    }
    const __m256i halves[2] = {choose(quarters[0], quarters[1], bit6), choose(quarters[2], quarters[3], bit6)};
    _mm256_storeu_si256((__m256i *)(output + i), choose(halves[0], halves[1], x));
  }
  return i;
}

#endif
