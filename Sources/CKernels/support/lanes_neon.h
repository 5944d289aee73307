/// Vectors of four lanes of which only the first few may be in use: no byte beyond those is read or written.
#pragma once
#include "compiler.h"

#include <arm_neon.h>
#include <string.h>

enum { lanes = 4 };

CK_INLINE float32x4_t load_f32_lanes(const float *source, size_t count) {
  if (count == lanes) return vld1q_f32(source);
  float values[lanes] = {0};
  memcpy(values, source, count * sizeof *values);
  return vld1q_f32(values);
}

CK_INLINE void store_f32_lanes(float *target, float32x4_t value, size_t count) {
  if (count == lanes) {
    vst1q_f32(target, value);
    return;
  }
  float values[lanes];
  vst1q_f32(values, value);
  memcpy(target, values, count * sizeof *values);
}

CK_INLINE int32x4_t load_i32_lanes(const int32_t *source, size_t count) {
  if (count == lanes) return vld1q_s32(source);
  int32_t values[lanes] = {0};
  memcpy(values, source, count * sizeof *values);
  return vld1q_s32(values);
}

CK_INLINE void store_i32_lanes(int32_t *target, int32x4_t value, size_t count) {
  if (count == lanes) {
    vst1q_s32(target, value);
    return;
  }
  int32_t values[lanes];
  vst1q_s32(values, value);
  memcpy(target, values, count * sizeof *values);
}

/// The low byte of each lane.
CK_INLINE void store_low_bytes(uint8_t *target, int32x4_t value, size_t count) {
  uint16x4_t halves = vmovn_u32(vreinterpretq_u32_s32(value));
  uint32_t bytes = vget_lane_u32(vreinterpret_u32_u8(vmovn_u16(vcombine_u16(halves, halves))), 0);
  memcpy(target, &bytes, count);
}
