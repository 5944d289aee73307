#include "families.h"

#if defined(__aarch64__)

#include "../support/compiler.h"

#include <arm_neon.h>

/// Enough independent sums to hide the latency of a multiply-add, four of which may begin at once.
enum { sum_count = 20 };

static uint64_t f32(uint32_t rounds) {
  float32x4_t factor = vdupq_n_f32(1);
  float32x4_t sums[sum_count];
  CK_PEAK_HIDE("w", factor);
  CK_UNROLL for (int i = 0; i < sum_count; i++) sums[i] = vdupq_n_f32(0);
  for (uint32_t round = 0; round < rounds; round++) {
    CK_UNROLL for (int i = 0; i < sum_count; i++) sums[i] = vfmaq_f32(sums[i], factor, factor);
  }
  uint64_t count = 0;
  for (int i = 0; i < sum_count; i++) {
    float lanes[4];
    vst1q_f32(lanes, sums[i]);
    for (int lane = 0; lane < 4; lane++) count += (uint64_t)lanes[lane];
  }
  return count;
}

static uint64_t u8s8(uint32_t rounds) {
  int8x16_t values = vdupq_n_s8(1);
  int8x16_t weights = vdupq_n_s8(1);
  int32x4_t sums[sum_count];
  CK_PEAK_HIDE("w", weights);
  CK_UNROLL for (int i = 0; i < sum_count; i++) sums[i] = vdupq_n_s32(0);
  for (uint32_t round = 0; round < rounds; round++) {
    CK_UNROLL for (int i = 0; i < sum_count; i++) {
      CK_PEAK_HIDE("w", values);
#if defined(__ARM_FEATURE_DOTPROD)
      sums[i] = vdotq_s32(sums[i], values, weights);
#else
      int16x8_t products = vmull_s8(vget_low_s8(values), vget_low_s8(weights));
      sums[i] = vpadalq_s16(sums[i], vmlal_high_s8(products, values, weights));
#endif
    }
  }
  uint64_t count = 0;
  for (int i = 0; i < sum_count; i++) {
    uint32_t lanes[4];
    vst1q_u32(lanes, vreinterpretq_u32_s32(sums[i]));
    for (int lane = 0; lane < 4; lane++) count += lanes[lane];
  }
  return count;
}

const ck_peak_family ck_peak_neon = {.f32 = f32, .u8s8 = u8s8};

#endif
