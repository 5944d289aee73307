#include "families.h"

#if defined(__x86_64__)

#include "../support/compiler.h"

#include <immintrin.h>

/// Enough independent sums to hide the latency of a multiply-add, and few enough for sixteen registers.
enum { sum_count = 12 };

CK_AVX2 static uint64_t f32(uint32_t rounds) {
  __m256 factor = _mm256_set1_ps(1);
  __m256 sums[sum_count];
  CK_PEAK_HIDE("x", factor);
  CK_UNROLL for (int i = 0; i < sum_count; i++) sums[i] = _mm256_setzero_ps();
  for (uint32_t round = 0; round < rounds; round++) {
    CK_UNROLL for (int i = 0; i < sum_count; i++) sums[i] = _mm256_fmadd_ps(factor, factor, sums[i]);
  }
  uint64_t count = 0;
  for (int i = 0; i < sum_count; i++) {
    float lanes[8];
    _mm256_storeu_ps(lanes, sums[i]);
    for (int lane = 0; lane < 8; lane++) count += (uint64_t)lanes[lane];
  }
  return count;
}

/// Sums of two products in 16 bits, sums of two of those in 32: exact only where a pair's sum fits 16 bits, so a kernel
/// for any bytes is slower.
CK_AVX2 static uint64_t u8s8(uint32_t rounds) {
  __m256i values = _mm256_set1_epi8(1);
  __m256i weights = _mm256_set1_epi8(1);
  __m256i ones = _mm256_set1_epi16(1);
  __m256i sums[sum_count];
  CK_PEAK_HIDE("x", weights);
  CK_PEAK_HIDE("x", ones);
  CK_UNROLL for (int i = 0; i < sum_count; i++) sums[i] = _mm256_setzero_si256();
  for (uint32_t round = 0; round < rounds; round++) {
    CK_UNROLL for (int i = 0; i < sum_count; i++) {
      CK_PEAK_HIDE("x", values);
      __m256i pairs = _mm256_maddubs_epi16(values, weights);
      sums[i] = _mm256_add_epi32(sums[i], _mm256_madd_epi16(pairs, ones));
    }
  }
  uint64_t count = 0;
  for (int i = 0; i < sum_count; i++) {
    uint32_t lanes[8];
    _mm256_storeu_si256((__m256i *)lanes, sums[i]);
    for (int lane = 0; lane < 8; lane++) count += lanes[lane];
  }
  return count;
}

const ck_peak_family ck_peak_avx2 = {.f32 = f32, .u8s8 = u8s8};

#endif
