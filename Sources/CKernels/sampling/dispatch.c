#include "sampling.h"

#include <string.h>

#include "../support/compiler.h"

void ck_sample(
    ck_tier tier, const float *input, size_t input_stride, ck_points points, float *output, size_t output_stride,
    size_t planes) {
  CK_SELECT(tier, ck_sample)(input, input_stride, points, output, output_stride, planes);
}

void ck_mix_rows(
    ck_tier tier, const float *input, size_t width, size_t taps, const int32_t *rows, const float *weights,
    float *output, size_t count) {
  CK_SELECT(tier, ck_mix_rows)(input, width, taps, rows, weights, output, count);
}

void ck_axis_taps(
    ck_tier tier, ck_grid_axis axis, const float *coordinates, size_t stride, size_t count, int32_t *entries,
    float *weights) {
  CK_SELECT(tier, ck_axis_taps)(axis, coordinates, stride, count, entries, weights);
}

/// Whether a weight is -0.
CK_INLINE int is_absent(float weight) {
  uint32_t bits;
  memcpy(&bits, &weight, sizeof bits);
  return bits == 0x80000000;
}

static void combine(
    const int32_t *restrict offsets, const float *restrict weights, const int32_t *restrict entries,
    const float *restrict factors, int32_t length, size_t count, int32_t *restrict combined_offsets,
    float *restrict combined_weights) {
  for (size_t point = 0; point < count; point++) {
    const float product = weights[point] * factors[point];
    combined_offsets[point] = offsets[point] * length + entries[point];
    combined_weights[point] = is_absent(weights[point]) | is_absent(factors[point]) ? -0.0f : product;
  }
}

void ck_combine_taps(
    const int32_t *offsets, const float *weights, size_t taps, const int32_t *entries, const float *factors,
    size_t steps, int32_t length, size_t count, int32_t *combined_offsets, float *combined_weights) {
  for (size_t tap = 0; tap < taps; tap++)
    for (size_t step = 0; step < steps; step++) {
      const size_t target = (tap * steps + step) * count;
      combine(
          offsets + tap * count, weights + tap * count, entries + step * count, factors + step * count, length, count,
          combined_offsets + target, combined_weights + target);
    }
}
