/// Finishes integer sums eight at a time, as `output_scalar.h` does one at a time.
#pragma once
#include "ck_int8_output.h"

#include "lanes_avx2.h"

/// What eight columns have in common for all rows.
typedef struct output_columns {
  lane_count mask;
  __m256i offsets;
  __m256 multipliers;
  __m256 bias;
} output_columns;

CK_INLINE CK_AVX2 output_columns load_output_columns(const ck_int8_output *output, size_t column, size_t end) {
  output_columns columns;
  columns.mask = first_lanes(end - column);
  columns.offsets = output->offsets ? _mm256_maskload_epi32(output->offsets + column, columns.mask.lanes)
                                    : _mm256_setzero_si256();
  columns.multipliers = output->type == CK_OUTPUT_I32
                            ? _mm256_setzero_ps()
                            : _mm256_maskload_ps(output->multipliers + column, columns.mask.lanes);
  columns.bias = output->bias ? _mm256_maskload_ps(output->bias + column, columns.mask.lanes) : _mm256_setzero_ps();
  return columns;
}

/// Stores the elements from `index` on.
CK_INLINE CK_AVX2 void store_output(
    const ck_int8_output *output, output_columns columns, __m256i sums, size_t index) {
  __m256i x = _mm256_add_epi32(sums, columns.offsets);
  if (output->type == CK_OUTPUT_I32) {
    store_i32_lanes((int32_t *)output->elements + index, x, columns.mask.count);
    return;
  }
  __m256 minimum = _mm256_set1_ps(output->minimum);
  __m256 maximum = _mm256_set1_ps(output->maximum);
  __m256 value = _mm256_mul_ps(_mm256_cvtepi32_ps(x), columns.multipliers);
  if (output->type == CK_OUTPUT_F32) {
    if (output->bias) value = _mm256_add_ps(value, columns.bias);
    if (output->addend)
      value = _mm256_add_ps(value, _mm256_maskload_ps(output->addend + index, columns.mask.lanes));
    value = _mm256_min_ps(maximum, _mm256_max_ps(minimum, value));
    store_f32_lanes((float *)output->elements + index, value, columns.mask.count);
    return;
  }
  value = _mm256_min_ps(maximum, _mm256_max_ps(minimum, value));
  __m256i quantized = _mm256_add_epi32(_mm256_cvtps_epi32(value), _mm256_set1_epi32(output->zero_point));
  // The low byte of each lane, gathered in the low four bytes of each half.
  __m256i low_bytes = _mm256_shuffle_epi8(
      quantized, _mm256_setr_epi8(
                     0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 4, 8, 12, -1, -1, -1, -1, -1,
                     -1, -1, -1, -1, -1, -1, -1));
  __m128i bytes =
      _mm_unpacklo_epi32(_mm256_castsi256_si128(low_bytes), _mm256_extracti128_si256(low_bytes, 1));
  store_first_bytes(
      (uint8_t *)output->elements + index, (uint64_t)_mm_cvtsi128_si64(bytes), columns.mask.count);
}
