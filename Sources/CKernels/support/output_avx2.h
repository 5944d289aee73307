/// Finishes integer sums eight at a time, as `output_scalar.h` does one at a time.
#pragma once
#include "byte_limits.h"
#include "ck_int8_output.h"

#include "lanes_avx2.h"

/// What eight columns have in common for all rows.
typedef struct output_columns {
  lane_count mask;
  __m256i offsets;
  __m256 multipliers;
  __m256 bias;
  /// Whether results are bytes that may be rounded before they are limited: since multipliers are less than 1, products
  /// fit 32-bit integers.
  bool packs;
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
  const __m256 size = _mm256_andnot_ps(_mm256_set1_ps(-0.0f), columns.multipliers);
  const int moderate = _mm256_movemask_ps(_mm256_cmp_ps(size, _mm256_set1_ps(1), _CMP_LT_OQ));
  columns.packs = ck_limits_are_bytes(output) && moderate == 0xff;
  return columns;
}

/// Stores the elements from `index` on, offsets having been added.
CK_INLINE CK_AVX2 void store_offset_sums(
    const ck_int8_output *output, output_columns columns, __m256i x, size_t index) {
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

/// The products of sums with the multipliers, rounded.
CK_INLINE CK_AVX2 __m256i round_products(output_columns columns, __m256i x) {
  return _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_cvtepi32_ps(x), columns.multipliers));
}

/// The bytes of four vectors of rounded products: in each half, first those of the first one.
CK_INLINE CK_AVX2 __m256i pack_rows(const ck_int8_output *output, const __m256i rows[4]) {
  // Limits are whole numbers, so that it makes no difference that rounding comes first.
  const int lowest = (int)output->minimum + output->zero_point, highest = (int)output->maximum + output->zero_point;
  const __m256i zero_point = _mm256_set1_epi16((int16_t)output->zero_point);
  const __m256i first = _mm256_adds_epi16(_mm256_packs_epi32(rows[0], rows[1]), zero_point);
  const __m256i last = _mm256_adds_epi16(_mm256_packs_epi32(rows[2], rows[3]), zero_point);
  const __m256i least = _mm256_set1_epi8((char)lowest), most = _mm256_set1_epi8((char)highest);
  if (output->type == CK_OUTPUT_U8) {
    return _mm256_min_epu8(_mm256_max_epu8(_mm256_packus_epi16(first, last), least), most);
  }
  return _mm256_min_epi8(_mm256_max_epi8(_mm256_packs_epi16(first, last), least), most);
}

/// Stores up to four rows of bytes, `stride` elements apart, that can be packed.
CK_INLINE CK_AVX2 void store_packed_rows(
    const int count, const ck_int8_output *output, output_columns columns, const __m256i *x, size_t index,
    size_t stride) {
  __m256i rows[4];
  CK_UNROLL for (int i = 0; i < 4; i++) rows[i] = i < count ? round_products(columns, x[i]) : rows[i - count];
  // Each half has four bytes of every row.
  const __m256i bytes = pack_rows(output, rows);
  const __m128i low = _mm256_castsi256_si128(bytes), high = _mm256_extracti128_si256(bytes, 1);
  const __m128i pairs[2] = {_mm_unpacklo_epi32(low, high), _mm_unpackhi_epi32(low, high)};
  uint8_t *target = (uint8_t *)output->elements + index;
  CK_UNROLL for (int i = 0; i < count; i++, target += stride) {
    const __m128i pair = pairs[i / 2];
    if (columns.mask.count < 8) {
      const uint64_t row = (uint64_t)(i % 2 == 0 ? _mm_cvtsi128_si64(pair) : _mm_extract_epi64(pair, 1));
      store_first_bytes(target, row, columns.mask.count);
    } else if (i % 2 == 0) {
      _mm_storel_epi64((__m128i *)target, pair);
    } else {
      _mm_storeh_pd((double *)target, _mm_castsi128_pd(pair));
    }
  }
}

/// What sixteen columns, all of them in use, have in common for rows of bytes that can be packed.
typedef struct packed_columns {
  __m256i offsets[2];
  __m256 multipliers[2];
  __m256i zero_point, least, most;
  bool is_signed;
} packed_columns;

/// Whether the results of sixteen columns can be packed, which takes limits that are bytes and multipliers less than 1.
CK_INLINE CK_AVX2 bool load_packed_columns(const ck_int8_output *output, size_t column, packed_columns *columns) {
  __m256 small = _mm256_cmp_ps(_mm256_setzero_ps(), _mm256_setzero_ps(), _CMP_EQ_OQ);
  CK_UNROLL for (int i = 0; i < 2; i++, column += 8) {
    columns->offsets[i] = output->offsets ? _mm256_loadu_si256((const __m256i *)(output->offsets + column))
                                          : _mm256_setzero_si256();
    columns->multipliers[i] = _mm256_loadu_ps(output->multipliers + column);
    const __m256 size = _mm256_andnot_ps(_mm256_set1_ps(-0.0f), columns->multipliers[i]);
    small = _mm256_and_ps(small, _mm256_cmp_ps(size, _mm256_set1_ps(1), _CMP_LT_OQ));
  }
  columns->zero_point = _mm256_set1_epi16((int16_t)output->zero_point);
  columns->least = _mm256_set1_epi8((char)((int)output->minimum + output->zero_point));
  columns->most = _mm256_set1_epi8((char)((int)output->maximum + output->zero_point));
  columns->is_signed = output->type == CK_OUTPUT_S8;
  return _mm256_movemask_ps(small) == 0xff;
}

/// The results of sixteen columns of a row in 16 bits, in each half first those of the first eight.
CK_INLINE CK_AVX2 __m256i finish_row(const packed_columns *columns, const __m256i sums[2]) {
  __m256i rounded[2];
  CK_UNROLL for (int i = 0; i < 2; i++) {
    const __m256 values = _mm256_cvtepi32_ps(_mm256_add_epi32(sums[i], columns->offsets[i]));
    rounded[i] = _mm256_cvtps_epi32(_mm256_mul_ps(values, columns->multipliers[i]));
  }
  return _mm256_adds_epi16(_mm256_packs_epi32(rounded[0], rounded[1]), columns->zero_point);
}

/// The bytes of sixteen columns of two rows that `finish_row` returned, one row after the other.
CK_INLINE CK_AVX2 __m256i pack_two_rows(const packed_columns *columns, __m256i first, __m256i second) {
  __m256i bytes;
  // Limits are whole numbers, so that it makes no difference that rounding comes first.
  if (columns->is_signed) {
    bytes = _mm256_packs_epi16(first, second);
    bytes = _mm256_min_epi8(_mm256_max_epi8(bytes, columns->least), columns->most);
  } else {
    bytes = _mm256_packus_epi16(first, second);
    bytes = _mm256_min_epu8(_mm256_max_epu8(bytes, columns->least), columns->most);
  }
  return _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

/// Stores `count` rows, `stride` elements apart, offsets having been added.
CK_INLINE CK_AVX2 void store_rows(
    const int count, const ck_int8_output *output, output_columns columns, const __m256i *x, size_t index,
    size_t stride) {
  if (columns.packs) {
    CK_UNROLL for (int i = 0; i < count; i += 4) {
      store_packed_rows(count - i < 4 ? count - i : 4, output, columns, x + i, index + i * stride, stride);
    }
    return;
  }
  CK_UNROLL for (int i = 0; i < count; i++) store_offset_sums(output, columns, x[i], index + i * stride);
}
