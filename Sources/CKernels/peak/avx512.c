#include "families.h"

#if defined(__x86_64__)

#include "../support/compiler.h"

#include <immintrin.h>

/// Enough independent sums to hide the latency of a multiply-add.
enum { sum_count = 16 };

CK_AVX512 uint64_t ck_peak_f32_avx512(uint32_t rounds) {
  __m512 factor = _mm512_set1_ps(1);
  __m512 sums[sum_count];
  CK_PEAK_HIDE("v", factor);
  CK_UNROLL for (int i = 0; i < sum_count; i++) sums[i] = _mm512_setzero_ps();
  for (uint32_t round = 0; round < rounds; round++) {
    CK_UNROLL for (int i = 0; i < sum_count; i++) sums[i] = _mm512_fmadd_ps(factor, factor, sums[i]);
  }
  uint64_t count = 0;
  for (int i = 0; i < sum_count; i++) {
    float lanes[16];
    _mm512_storeu_ps(lanes, sums[i]);
    for (int lane = 0; lane < 16; lane++) count += (uint64_t)lanes[lane];
  }
  return count;
}

CK_AVX512 static uint64_t u8s8(uint32_t rounds) {
  __m512i ones = _mm512_set1_epi8(1);
  __m512i sums[sum_count];
  CK_PEAK_HIDE("v", ones);
  CK_UNROLL for (int i = 0; i < sum_count; i++) sums[i] = _mm512_setzero_si512();
  for (uint32_t round = 0; round < rounds; round++) {
    CK_UNROLL for (int i = 0; i < sum_count; i++) sums[i] = _mm512_dpbusd_epi32(sums[i], ones, ones);
  }
  uint64_t count = 0;
  for (int i = 0; i < sum_count; i++) {
    uint32_t lanes[16];
    _mm512_storeu_si512(lanes, sums[i]);
    for (int lane = 0; lane < 16; lane++) count += lanes[lane];
  }
  return count;
}

const ck_peak_family ck_peak_avx512 = {.f32 = ck_peak_f32_avx512, .u8s8 = u8s8};

#endif
