// Partial blocks in the registers of AVX2: see partial_copied.h. Masked stores are left out because some processors
// take dozens of instructions for one; loads and stores of fewer and fewer bytes do instead.
#pragma once
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "vectors.h"

/// The first `count` ≤ 16 bytes, zeros beyond them. Whole words are read that overlap, or end with the last byte.
CK_INLINE __m128i ck_load_bytes_below_17(const uint8_t *from, size_t count) {
  uint64_t low = 0, high = 0;
  if (count >= 8) {
    memcpy(&low, from, 8);
    if (count > 8) {
      memcpy(&high, from + count - 8, 8);
      high >>= 8 * (16 - count);
    }
  } else if (count >= 4) {
    uint32_t first, last;
    memcpy(&first, from, 4);
    memcpy(&last, from + count - 4, 4);
    low = (uint64_t)last << 8 * (count - 4) | first;
  } else if (count > 0) {
    low = from[0] | (uint64_t)from[count / 2] << 8 * (count / 2) | (uint64_t)from[count - 1] << 8 * (count - 1);
  }
  return _mm_set_epi64x((long long)high, (long long)low);
}

/// Stores the first `count` < 16 bytes.
CK_INLINE void ck_store_bytes_below_16(uint8_t *to, __m128i bytes, size_t count) {
  if (count & 8) {
    _mm_storel_epi64((__m128i *)to, bytes);
    bytes = _mm_unpackhi_epi64(bytes, bytes);
    to += 8;
  }
  uint64_t rest = (uint64_t)_mm_cvtsi128_si64(bytes);
  if (count & 4) {
    memcpy(to, &rest, 4);
    rest >>= 32;
    to += 4;
  }
  if (count & 2) {
    memcpy(to, &rest, 2);
    rest >>= 16;
    to += 2;
  }
  if (count & 1) *to = (uint8_t)rest;
}

/// The first `count` < 32 bytes, zeros beyond them.
CK_INLINE __m256i ck_load_bytes_below_32(const uint8_t *from, size_t count) {
  if (count <= 16) return _mm256_zextsi128_si256(ck_load_bytes_below_17(from, count));
  return _mm256_set_m128i(ck_load_bytes_below_17(from + 16, count - 16), _mm_loadu_si128((const __m128i *)from));
}

/// Stores the first `count` < 32 bytes.
CK_INLINE void ck_store_bytes_below_32(uint8_t *to, __m256i bytes, size_t count) {
  __m128i rest = _mm256_castsi256_si128(bytes);
  if (count & 16) {
    _mm_storeu_si128((__m128i *)to, rest);
    rest = _mm256_extracti128_si256(bytes, 1);
    to += 16;
  }
  ck_store_bytes_below_16(to, rest, count & 15);
}

/// The first `width` ≤ 16 words, in two registers.
CK_INLINE void ck_load_first_words(__m256i block[2], const int *from, size_t width) {
  const __m256i count = _mm256_set1_epi32((int)width);
  const __m256i low = _mm256_cmpgt_epi32(count, _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  const __m256i high = _mm256_cmpgt_epi32(count, _mm256_setr_epi32(8, 9, 10, 11, 12, 13, 14, 15));
  _mm256_storeu_si256(block, _mm256_maskload_epi32(from, low));
  _mm256_storeu_si256(block + 1, _mm256_maskload_epi32(from + 8, high));
}

/// Stores the first `width` < 16 words.
CK_INLINE void ck_store_first_words(uint8_t *to, const __m256i block[2], size_t width) {
  __m256i rest = _mm256_loadu_si256(block);
  if (width & 8) {
    _mm256_storeu_si256((__m256i *)to, rest);
    rest = _mm256_loadu_si256(block + 1);
    to += 32;
  }
  ck_store_bytes_below_32(to, rest, 4 * (width & 7));
}

CK_INLINE void ck_load_partial(void *block, const void *from, size_t width, size_t element) {
  switch (element) {
    case 1: _mm_storeu_si128(block, ck_load_bytes_below_17(from, width)); break;
    case 2: _mm256_storeu_si256(block, ck_load_bytes_below_32(from, 2 * width)); break;
    case 4: ck_load_first_words(block, from, width); break;
  }
}

CK_INLINE void ck_store_partial(void *to, const void *block, size_t width, size_t element) {
  switch (element) {
    case 1: ck_store_bytes_below_16(to, _mm_loadu_si128(block), width); break;
    case 2: ck_store_bytes_below_32(to, _mm256_loadu_si256(block), 2 * width); break;
    case 4: ck_store_first_words(to, block, width); break;
  }
}
