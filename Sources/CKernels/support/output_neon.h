/// Finishes integer sums four at a time, as `output_scalar.h` does one at a time.
#pragma once
#include "ck_int8_output.h"

#include "lanes_neon.h"

/// What four columns have in common for all rows.
typedef struct output_columns {
  size_t mask;
  int32x4_t offsets;
  float32x4_t multipliers;
  float32x4_t bias;
} output_columns;

CK_INLINE output_columns load_output_columns(const ck_int8_output *output, size_t column, size_t end) {
  output_columns columns;
  size_t count = ck_smaller(end - column, lanes);
  columns.mask = count;
  columns.offsets = output->offsets ? load_i32_lanes(output->offsets + column, count) : vdupq_n_s32(0);
  columns.multipliers = output->type == CK_OUTPUT_I32 ? vdupq_n_f32(0)
                                                      : load_f32_lanes(output->multipliers + column, count);
  columns.bias = output->bias ? load_f32_lanes(output->bias + column, count) : vdupq_n_f32(0);
  return columns;
}

/// Stores the elements from `index` on, offsets having been added.
CK_INLINE void store_offset_sums(const ck_int8_output *output, output_columns columns, int32x4_t x, size_t index) {
  if (output->type == CK_OUTPUT_I32) {
    store_i32_lanes((int32_t *)output->elements + index, x, columns.mask);
    return;
  }
  float32x4_t minimum = vdupq_n_f32(output->minimum);
  float32x4_t maximum = vdupq_n_f32(output->maximum);
  float32x4_t value = vmulq_f32(vcvtq_f32_s32(x), columns.multipliers);
  if (output->type == CK_OUTPUT_F32) {
    if (output->bias) value = vaddq_f32(value, columns.bias);
    if (output->addend) value = vaddq_f32(value, load_f32_lanes(output->addend + index, columns.mask));
    value = vminq_f32(maximum, vmaxq_f32(minimum, value));
    store_f32_lanes((float *)output->elements + index, value, columns.mask);
    return;
  }
  value = vminq_f32(maximum, vmaxq_f32(minimum, value));
  int32x4_t quantized = vaddq_s32(vcvtnq_s32_f32(value), vdupq_n_s32(output->zero_point));
  store_low_bytes((uint8_t *)output->elements + index, quantized, columns.mask);
}

/// Stores the elements from `index` on.
CK_INLINE void store_output(const ck_int8_output *output, output_columns columns, int32x4_t sums, size_t index) {
  store_offset_sums(output, columns, vaddq_s32(sums, columns.offsets), index);
}

/// Stores `count` rows, `stride` elements apart, offsets having been added.
CK_INLINE void store_rows(
    const int count, const ck_int8_output *output, output_columns columns, const int32x4_t *x, size_t index,
    size_t stride) {
  CK_UNROLL for (int i = 0; i < count; i++) store_offset_sums(output, columns, x[i], index + i * stride);
}
