/// Finishes integer sums sixteen at a time, as `output_scalar.h` does one at a time.
#pragma once
#include "ck_int8_output.h"

#include "compiler.h"

#include <immintrin.h>

/// What sixteen columns have in common for all rows.
typedef struct output_columns {
  __mmask16 mask;
  __m512i offsets;
  __m512 multipliers;
  __m512 bias;
} output_columns;

CK_INLINE CK_AVX512 output_columns load_output_columns(const ck_int8_output *output, size_t column, size_t end) {
  output_columns columns;
  columns.mask = end - column >= 16 ? 0xffff : (__mmask16)((1u << (end - column)) - 1);
  columns.offsets = output->offsets ? _mm512_maskz_loadu_epi32(columns.mask, output->offsets + column)
                                    : _mm512_setzero_si512();
  columns.multipliers = output->type == CK_OUTPUT_I32
                            ? _mm512_setzero_ps()
                            : _mm512_maskz_loadu_ps(columns.mask, output->multipliers + column);
  columns.bias = output->bias ? _mm512_maskz_loadu_ps(columns.mask, output->bias + column) : _mm512_setzero_ps();
  return columns;
}

/// Stores the elements from `index` on.
CK_INLINE CK_AVX512 void store_output(
    const ck_int8_output *output, output_columns columns, __m512i sums, size_t index) {
  __m512i x = _mm512_add_epi32(sums, columns.offsets);
  if (output->type == CK_OUTPUT_I32) {
    _mm512_mask_storeu_epi32((int32_t *)output->elements + index, columns.mask, x);
    return;
  }
  __m512 minimum = _mm512_set1_ps(output->minimum);
  __m512 maximum = _mm512_set1_ps(output->maximum);
  __m512 value = _mm512_mul_ps(_mm512_cvtepi32_ps(x), columns.multipliers);
  if (output->type == CK_OUTPUT_F32) {
    if (output->bias) value = _mm512_add_ps(value, columns.bias);
    if (output->addend) value = _mm512_add_ps(value, _mm512_maskz_loadu_ps(columns.mask, output->addend + index));
    value = _mm512_min_ps(maximum, _mm512_max_ps(minimum, value));
    _mm512_mask_storeu_ps((float *)output->elements + index, columns.mask, value);
    return;
  }
  value = _mm512_min_ps(maximum, _mm512_max_ps(minimum, value));
  __m512i quantized = _mm512_add_epi32(_mm512_cvtps_epi32(value), _mm512_set1_epi32(output->zero_point));
  _mm512_mask_cvtepi32_storeu_epi8((uint8_t *)output->elements + index, columns.mask, quantized);
}
