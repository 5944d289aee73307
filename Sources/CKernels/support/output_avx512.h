/// Finishes integer sums sixteen at a time, as `output_scalar.h` does one at a time.
#pragma once
#include "byte_limits.h"
#include "ck_int8_output.h"

#include "compiler.h"

#include <immintrin.h>

/// What sixteen columns have in common for all rows.
typedef struct output_columns {
  __mmask16 mask;
  __m512i offsets;
  __m512 multipliers;
  __m512 bias;
  /// Whether results are bytes that may be rounded before they are limited: since multipliers are less than 1, products
  /// fit 32-bit integers.
  bool packs;
} output_columns;

/// The first of sixteen columns that lie before the end.
CK_INLINE CK_AVX512 __mmask16 mask_columns(size_t column, size_t end) {
  return end - column >= 16 ? 0xffff : (__mmask16)((1u << (end - column)) - 1);
}

CK_INLINE CK_AVX512 __m512i load_offsets(const ck_int8_output *output, size_t column, size_t end) {
  if (!output->offsets) return _mm512_setzero_si512();
  return _mm512_maskz_loadu_epi32(mask_columns(column, end), output->offsets + column);
}

CK_INLINE CK_AVX512 output_columns load_output_columns(const ck_int8_output *output, size_t column, size_t end) {
  output_columns columns;
  columns.mask = mask_columns(column, end);
  columns.offsets = load_offsets(output, column, end);
  columns.multipliers = output->type == CK_OUTPUT_I32
                            ? _mm512_setzero_ps()
                            : _mm512_maskz_loadu_ps(columns.mask, output->multipliers + column);
  columns.bias = output->bias ? _mm512_maskz_loadu_ps(columns.mask, output->bias + column) : _mm512_setzero_ps();
  const __m512 size = _mm512_abs_ps(columns.multipliers);
  const __mmask16 moderate = _mm512_cmp_ps_mask(size, _mm512_set1_ps(1), _CMP_LT_OQ);
  columns.packs = ck_limits_are_bytes(output) && moderate == 0xffff;
  return columns;
}

/// Stores the elements from `index` on, offsets having been added.
CK_INLINE CK_AVX512 void store_offset_sums(
    const ck_int8_output *output, output_columns columns, __m512i x, size_t index) {
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

/// The products of sums with the multipliers, rounded.
CK_INLINE CK_AVX512 __m512i round_products(output_columns columns, __m512i x) {
  return _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_cvtepi32_ps(x), columns.multipliers));
}

/// The bytes of four vectors of rounded products: in each quarter, first those of the first one.
CK_INLINE CK_AVX512 __m512i pack_rows(const ck_int8_output *output, const __m512i rows[4]) {
  // Limits are whole numbers, so that it makes no difference that rounding comes first.
  const int lowest = (int)output->minimum + output->zero_point, highest = (int)output->maximum + output->zero_point;
  const __m512i zero_point = _mm512_set1_epi16((int16_t)output->zero_point);
  const __m512i first = _mm512_adds_epi16(_mm512_packs_epi32(rows[0], rows[1]), zero_point);
  const __m512i last = _mm512_adds_epi16(_mm512_packs_epi32(rows[2], rows[3]), zero_point);
  const __m512i least = _mm512_set1_epi8((char)lowest), most = _mm512_set1_epi8((char)highest);
  if (output->type == CK_OUTPUT_U8) {
    return _mm512_min_epu8(_mm512_max_epu8(_mm512_packus_epi16(first, last), least), most);
  }
  return _mm512_min_epi8(_mm512_max_epi8(_mm512_packs_epi16(first, last), least), most);
}

/// Stores up to four rows of bytes, `stride` elements apart, that can be packed.
CK_INLINE CK_AVX512 void store_packed_rows(
    const int count, const ck_int8_output *output, output_columns columns, const __m512i *x, size_t index,
    size_t stride) {
  __m512i rows[4];
  CK_UNROLL for (int i = 0; i < 4; i++) rows[i] = i < count ? round_products(columns, x[i]) : rows[i - count];
  // Each quarter has four bytes of every row.
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i ordered = _mm512_permutexvar_epi32(order, pack_rows(output, rows));
  const __m128i bytes[4] = {
      _mm512_castsi512_si128(ordered), _mm512_extracti32x4_epi32(ordered, 1), _mm512_extracti32x4_epi32(ordered, 2),
      _mm512_extracti32x4_epi32(ordered, 3)};
  uint8_t *target = (uint8_t *)output->elements + index;
  CK_UNROLL for (int i = 0; i < count; i++, target += stride) {
    if (columns.mask == 0xffff) _mm_storeu_si128((__m128i *)target, bytes[i]);
    else _mm_mask_storeu_epi8(target, columns.mask, bytes[i]);
  }
}

/// Stores `count` rows, `stride` elements apart, offsets having been added.
CK_INLINE CK_AVX512 void store_rows(
    const int count, const ck_int8_output *output, output_columns columns, const __m512i *x, size_t index,
    size_t stride) {
  if (columns.packs) {
    CK_UNROLL for (int i = 0; i < count; i += 4) {
      store_packed_rows(count - i < 4 ? count - i : 4, output, columns, x + i, index + i * stride, stride);
    }
    return;
  }
  CK_UNROLL for (int i = 0; i < count; i++) store_offset_sums(output, columns, x[i], index + i * stride);
}
