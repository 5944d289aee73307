#include "families.h"

#if defined(__aarch64__)

#include "../support/compiler.h"
#include "../support/output_neon.h"

#define TARGET

enum { vector_channels = lanes };

typedef float32x4_t lanes_f32;
typedef int32x4_t lanes_i32;
/// The number of lanes in use.
typedef size_t lanes_mask;

CK_INLINE lanes_mask mask_of(size_t channels) { return ck_smaller(channels, lanes); }

CK_INLINE lanes_f32 zero_f32(void) { return vdupq_n_f32(0); }

CK_INLINE lanes_f32 load_f32(lanes_mask mask, const float *source) { return load_f32_lanes(source, mask); }
CK_INLINE lanes_i32 load_i32(lanes_mask mask, const int32_t *source) { return load_i32_lanes(source, mask); }

CK_INLINE lanes_f32 multiply_add(lanes_f32 a, lanes_f32 b, lanes_f32 sum) { return vfmaq_f32(sum, a, b); }

/// Adds, in each lane, the products of both pairs of 16-bit numbers.
CK_INLINE lanes_i32 add_products(lanes_i32 sum, lanes_i32 a, lanes_i32 b) {
  int16x8_t x = vreinterpretq_s16_s32(a);
  int16x8_t y = vreinterpretq_s16_s32(b);
  int32x4_t low = vmull_s16(vget_low_s16(x), vget_low_s16(y));
  return vaddq_s32(sum, vpaddq_s32(low, vmull_high_s16(x, y)));
}

/// Pairs whose second number is zero, with the first of others in its place.
CK_INLINE lanes_i32 join_pairs(lanes_i32 first, lanes_i32 second) {
  return vorrq_s32(first, vshlq_n_s32(second, 16));
}

CK_INLINE lanes_f32 repeat_f32(float value) { return vdupq_n_f32(value); }
CK_INLINE lanes_f32 add_f32(lanes_f32 a, lanes_f32 b) { return vaddq_f32(a, b); }

/// A NaN stays NaN in these instructions.
CK_INLINE lanes_f32 limit_f32(lanes_f32 value, lanes_f32 minimum, lanes_f32 maximum) {
  return vminq_f32(maximum, vmaxq_f32(minimum, value));
}

CK_INLINE void store_f32(lanes_mask mask, float *target, lanes_f32 value) { store_f32_lanes(target, value, mask); }

/// Four channels of a pixel as pairs of 16-bit numbers, the second of which is zero, none being read behind the last
/// channel.
CK_INLINE lanes_i32 load_singles(const uint8_t *pixel, lanes_mask mask) {
  uint32_t bytes = 0;
  memcpy(&bytes, pixel, mask);
  uint16x8_t halves = vmovl_u8(vreinterpret_u8_u32(vdup_n_u32(bytes)));
  return vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(halves)));
}

/// Four channels of the pixels at two addresses as pairs of 16-bit numbers, the first in the low half.
CK_INLINE lanes_i32 load_pairs(const uint8_t *first, const uint8_t *second, lanes_mask mask) {
  return join_pairs(load_singles(first, mask), load_singles(second, mask));
}

#include "rows_f32.h"
#include "rows_u8.h"

const ck_depthwise_f32_family ck_depthwise_f32_neon = {.run = run_f32};
const ck_depthwise_u8_family ck_depthwise_u8_neon = {.run = run_u8};

#endif
