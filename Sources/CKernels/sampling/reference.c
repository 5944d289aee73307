// One point at a time.
#include <math.h>

#include "../lanes/scalar.h"
#include "sampling.h"

static ints ck_truncated(floats x) { return (ints)x; }

#include "taps.inc"

void ck_sample_reference(
    const float *input, size_t input_stride, ck_points points, float *output, size_t output_stride, size_t planes) {
  for (size_t plane = 0; plane < planes; plane++, input += input_stride, output += output_stride)
    for (size_t point = 0; point < points.count; point++) {
      float sum = 0;
      for (size_t tap = 0; tap < points.taps; tap++) {
        const size_t place = tap * points.count + point;
        const float weight = points.weights[place];
        const int is_absent = weight == 0 && signbit(weight);
        const float product = weight * (is_absent ? 0 : input[points.offsets[place]]);
        sum += product;
      }
      output[point] = sum;
    }
}

void ck_mix_rows_reference(
    const float *input, size_t width, size_t taps, const int32_t *rows, const float *weights, float *output,
    size_t count) {
  for (size_t row = 0; row < count; row++, rows += taps, weights += taps, output += width)
    for (size_t i = 0; i < width; i++) {
      float sum = 0;
      for (size_t tap = 0; tap < taps; tap++) {
        if (weights[tap] == 0) continue;
        const float product = weights[tap] * input[(size_t)rows[tap] * width + i];
        sum += product;
      }
      output[i] = sum;
    }
}

void ck_axis_taps_reference(
    ck_grid_axis axis, const float *coordinates, size_t stride, size_t count, int32_t *entries, float *weights) {
  const span_of_axis span = span_of(axis);
  const size_t taps = axis.interpolation == CK_GRID_NEAREST ? 1 : axis.interpolation == CK_GRID_LINEAR ? 2 : 4;
  for (size_t point = 0; point < count; point++) {
    ints entry[4];
    floats weight[4];
    find_taps(coordinates[point * stride], axis, axis.padding, axis.interpolation, span, entry, weight);
    for (size_t tap = 0; tap < taps; tap++) {
      entries[tap * count + point] = entry[tap];
      weights[tap * count + point] = weight[tap];
    }
  }
}
