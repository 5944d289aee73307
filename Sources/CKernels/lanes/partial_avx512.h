// Partial blocks by the masks of AVX-512: see partial_copied.h. What a mask leaves out is neither read nor written.
#pragma once
#include <immintrin.h>
#include <stddef.h>

#include "vectors.h"

CK_INLINE void ck_load_partial(void *block, const void *from, size_t width, size_t element) {
  const __mmask16 lanes = (__mmask16)((1u << width) - 1);
  switch (element) {
    case 1: _mm_storeu_si128(block, _mm_maskz_loadu_epi8(lanes, from)); break;
    case 2: _mm256_storeu_si256(block, _mm256_maskz_loadu_epi16(lanes, from)); break;
    case 4: _mm512_storeu_si512(block, _mm512_maskz_loadu_epi32(lanes, from)); break;
  }
}

CK_INLINE void ck_store_partial(void *to, const void *block, size_t width, size_t element) {
  const __mmask16 lanes = (__mmask16)((1u << width) - 1);
  switch (element) {
    case 1: _mm_mask_storeu_epi8(to, lanes, _mm_loadu_si128(block)); break;
    case 2: _mm256_mask_storeu_epi16(to, lanes, _mm256_loadu_si256(block)); break;
    case 4: _mm512_mask_storeu_epi32(to, lanes, _mm512_loadu_si512(block)); break;
  }
}
