#include "families.h"

#if defined(__aarch64__)

#include "../support/compiler.h"
#include "../support/lanes_neon.h"
#include "units.h"

#define TARGET
#define KEEP(vector) ((void)(vector))
#define HOLD(vector) ((void)(vector))

enum { vector_units = 1, channels_at_once = 4 };

/// The halves of a unit.
typedef struct lanes_f32 {
  float32x4_t low, high;
} lanes_f32;

/// How many lanes of either half.
typedef struct lanes_in_use {
  size_t low, high;
} lanes_in_use;

CK_INLINE lanes_in_use lanes_of(size_t outputs) {
  return (lanes_in_use){.low = ck_smaller(outputs, lanes), .high = outputs > lanes ? outputs - lanes : 0};
}

CK_INLINE lanes_f32 load_lanes(const bool whole, const float *source, lanes_in_use in_use) {
  return (lanes_f32){
      .low = load_f32_lanes(source, whole ? lanes : in_use.low),
      .high = load_f32_lanes(source + lanes, whole ? lanes : in_use.high)};
}

CK_INLINE void store_lanes(const bool whole, float *target, lanes_f32 value, lanes_in_use in_use) {
  store_f32_lanes(target, value.low, whole ? lanes : in_use.low);
  store_f32_lanes(target + lanes, value.high, whole ? lanes : in_use.high);
}

CK_INLINE lanes_f32 load_weights(const float *weights, size_t unit_weights) {
  (void)unit_weights;
  return (lanes_f32){.low = vld1q_f32(weights), .high = vld1q_f32(weights + lanes)};
}

CK_INLINE lanes_f32 repeat_f32(float value) {
  const float32x4_t both = vdupq_n_f32(value);
  return (lanes_f32){.low = both, .high = both};
}

CK_INLINE lanes_f32 zero_f32(void) { return repeat_f32(0); }

/// The number of the channel.
typedef int channel_places;

CK_INLINE channel_places places_of(const int groups, const int k) {
  (void)groups;
  return k;
}

/// Input channel `k` of each group in the lanes of its output channels.
CK_INLINE lanes_f32 repeat_channel(const int groups, const float *pixel, const channel_places k) {
  if (groups == 1) return repeat_f32(pixel[k]);
  return (lanes_f32){.low = vdupq_n_f32(pixel[k]), .high = vdupq_n_f32(pixel[lanes + k])};
}

CK_INLINE lanes_f32 add_f32(lanes_f32 a, lanes_f32 b) {
  return (lanes_f32){.low = vaddq_f32(a.low, b.low), .high = vaddq_f32(a.high, b.high)};
}

CK_INLINE lanes_f32 multiply_add(lanes_f32 a, lanes_f32 b, lanes_f32 sum) {
  return (lanes_f32){.low = vfmaq_f32(sum.low, a.low, b.low), .high = vfmaq_f32(sum.high, a.high, b.high)};
}

/// A NaN stays NaN in these instructions.
CK_INLINE lanes_f32 limit_f32(lanes_f32 value, lanes_f32 minimum, lanes_f32 maximum) {
  return (lanes_f32){
      .low = vminq_f32(maximum.low, vmaxq_f32(minimum.low, value.low)),
      .high = vminq_f32(maximum.high, vmaxq_f32(minimum.high, value.high))};
}

CK_INLINE void expect_store(const float *target) { (void)target; }

#include "tiles.h"

const ck_grouped_f32_family ck_grouped_f32_neon = {.run = run_tiles};

#endif
