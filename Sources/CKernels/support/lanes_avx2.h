/// Vectors of eight 32-bit lanes of which only the first few may be in use: no byte beyond those is read or written.
#pragma once
#include "compiler.h"

#include <immintrin.h>
#include <string.h>

/// How many of eight lanes are in use, and a mask of them.
typedef struct lane_count {
  size_t count;
  __m256i lanes;
} lane_count;

CK_INLINE CK_AVX2 lane_count first_lanes(size_t remaining) {
  size_t count = ck_smaller(remaining, 8);
  __m256i places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return (lane_count){.count = count, .lanes = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), places)};
}

/// Stores the first `count` of eight bytes.
CK_INLINE void store_first_bytes(uint8_t *target, uint64_t bytes, size_t count) {
  if (count == 8) {
    memcpy(target, &bytes, 8);
    return;
  }
  if (count & 4) {
    memcpy(target, &bytes, 4);
    bytes >>= 32;
    target += 4;
  }
  if (count & 2) {
    memcpy(target, &bytes, 2);
    bytes >>= 16;
    target += 2;
  }
  if (count & 1) memcpy(target, &bytes, 1);
}

/// Stores the lanes in use. In parts, because masked stores take long on some CPUs.
CK_INLINE CK_AVX2 void store_i32_lanes(int32_t *target, __m256i value, size_t count) {
  if (count == 8) {
    _mm256_storeu_si256((__m256i *)target, value);
    return;
  }
  __m128i rest = _mm256_castsi256_si128(value);
  if (count & 4) {
    _mm_storeu_si128((__m128i *)target, rest);
    rest = _mm256_extracti128_si256(value, 1);
    target += 4;
  }
  if (count & 2) {
    _mm_storel_epi64((__m128i *)target, rest);
    rest = _mm_unpackhi_epi64(rest, rest);
    target += 2;
  }
  if (count & 1) *target = _mm_cvtsi128_si32(rest);
}

CK_INLINE CK_AVX2 void store_f32_lanes(float *target, __m256 value, size_t count) {
  if (count == 8) {
    _mm256_storeu_ps(target, value);
    return;
  }
  __m128 rest = _mm256_castps256_ps128(value);
  if (count & 4) {
    _mm_storeu_ps(target, rest);
    rest = _mm256_extractf128_ps(value, 1);
    target += 4;
  }
  if (count & 2) {
    _mm_storel_pi((__m64 *)target, rest);
    rest = _mm_movehl_ps(rest, rest);
    target += 2;
  }
  if (count & 1) _mm_store_ss(target, rest);
}
