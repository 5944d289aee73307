/// Depthwise convolutions of bytes with kernels of 3 × 3, 5 × 5 and 7 × 7, four taps of a channel at a time.
///
/// The bytes of four rows at one column of the image are woven together, so that each 32-bit lane has those of one
/// channel; the instruction that multiplies and adds groups of four bytes does the rest. What has been woven serves all
/// windows that the column lies in. The last row of a kernel of five takes four columns together instead, the last three
/// rows of a kernel of seven are woven with zeros.
///
/// Channels come in blocks of 64, which are `wide`: four vectors, of which each has four channels in each quarter, the
/// way that the unpacking instructions leave them. What is left comes in vectors of sixteen, the last one masked.
#pragma once
#include "../support/compiler.h"
#include "../support/output_avx512.h"
#include "pixels.h"

#include <string.h>

enum { wide_vectors = 4, wide_channels = 64, most_factors = 14 };

/// The vectors of weights of sixteen channels.
CK_INLINE int factor_count(const int taps) { return taps == 3 ? 3 : taps == 5 ? 7 : 14; }

/// What a block of channels needs.
typedef struct quad_block {
  const ck_depthwise_u8 *depthwise;
  /// The rows of the windows of a row of pixels.
  const uint8_t *rows[most_kernel_columns];
  size_t channel;
  output_columns columns[wide_vectors];
  /// The weights of the taps of rows 0 to 3; of a kernel of five then the first four and the last tap of the last row, of
  /// one of seven those of the taps of rows 4 to 6.
  __m512i factors[most_factors][wide_vectors];
} quad_block;

/// From vectors of sixteen neighbouring channels to those of a wide block, or back.
CK_INLINE CK_AVX512 void transpose_quarters(__m512i v[wide_vectors]) {
  const __m512i a = _mm512_shuffle_i32x4(v[0], v[1], 0x44), b = _mm512_shuffle_i32x4(v[0], v[1], 0xee);
  const __m512i c = _mm512_shuffle_i32x4(v[2], v[3], 0x44), d = _mm512_shuffle_i32x4(v[2], v[3], 0xee);
  v[0] = _mm512_shuffle_i32x4(a, c, 0x88);
  v[1] = _mm512_shuffle_i32x4(a, c, 0xdd);
  v[2] = _mm512_shuffle_i32x4(b, d, 0x88);
  v[3] = _mm512_shuffle_i32x4(b, d, 0xdd);
}

/// The weights in two vectors of pairs as bytes, pair by pair. Notes in `fits` where they are none.
CK_INLINE CK_AVX512 __m512i quads_of_pairs(__m512i first, __m512i second, bool *fits) {
  const __m512i half = _mm512_set1_epi16(0x80), high_bytes = _mm512_set1_epi16((int16_t)0xff00);
  const __m512i excess = _mm512_or_si512(_mm512_add_epi16(first, half), _mm512_add_epi16(second, half));
  *fits = *fits && _mm512_test_epi16_mask(excess, high_bytes) == 0;
  const __m512i order = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15));
  return _mm512_shuffle_epi8(_mm512_packs_epi16(first, second), order);
}

/// The pairs of weights of sixteen channels.
CK_INLINE CK_AVX512 __m512i load_weights(
    const ck_depthwise_u8 *depthwise, size_t channel, __mmask16 mask, size_t pair_row, size_t tap) {
  const size_t at = (pair_row * depthwise->kernel_width + tap) * depthwise->channels + channel;
  return _mm512_maskz_loadu_epi32(mask, depthwise->weights + at);
}

/// Arranges the weights of a block. Says whether all of them are bytes.
CK_INLINE CK_AVX512 bool prepare_factors(const int vectors, const int taps, quad_block *block, __mmask16 mask) {
  const ck_depthwise_u8 *depthwise = block->depthwise;
  bool fits = true;
  CK_UNROLL for (int i = 0; i < vectors; i++) {
    const size_t channel = block->channel + i * 16;
    CK_UNROLL for (int tap = 0; tap < taps; tap++) {
      block->factors[tap][i] = quads_of_pairs(
          load_weights(depthwise, channel, mask, 0, tap), load_weights(depthwise, channel, mask, 1, tap), &fits);
    }
    if (taps == 7) {
      CK_UNROLL for (int tap = 0; tap < 7; tap++) {
        block->factors[7 + tap][i] = quads_of_pairs(
            load_weights(depthwise, channel, mask, 2, tap), load_weights(depthwise, channel, mask, 3, tap), &fits);
      }
    }
    if (taps != 5) continue;
    __m512i last[5];
    CK_UNROLL for (int tap = 0; tap < 5; tap++) last[tap] = load_weights(depthwise, channel, mask, 2, tap);
    block->factors[5][i] =
        quads_of_pairs(join_pairs(last[0], last[1]), join_pairs(last[2], last[3]), &fits);
    block->factors[6][i] = quads_of_pairs(last[4], _mm512_setzero_si512(), &fits);
  }
  if (vectors == wide_vectors) {
    CK_UNROLL for (int i = 0; i < factor_count(taps); i++) transpose_quarters(block->factors[i]);
  }
  return fits;
}

/// What becomes of the sums of a block.
CK_INLINE CK_AVX512 void prepare_columns(const int vectors, quad_block *block, __mmask16 mask) {
  const ck_int8_output *output = &block->depthwise->output;
  CK_UNROLL for (int i = 0; i < vectors; i++) {
    block->columns[i] = load_output_columns(output, block->channel + i * 16, block->depthwise->channels);
    block->columns[i].mask = mask;
  }
  if (vectors < wide_vectors) return;
  __m512i offsets[wide_vectors], multipliers[wide_vectors];
  CK_UNROLL for (int i = 0; i < wide_vectors; i++) {
    offsets[i] = block->columns[i].offsets;
    multipliers[i] = _mm512_castps_si512(block->columns[i].multipliers);
  }
  transpose_quarters(offsets);
  transpose_quarters(multipliers);
  CK_UNROLL for (int i = 0; i < wide_vectors; i++) {
    block->columns[i].offsets = offsets[i];
    block->columns[i].multipliers = _mm512_castsi512_ps(multipliers[i]);
  }
}

/// The bytes of sixteen channels at one place in `count` rows, woven together, with zeros for rows up to the fourth.
CK_INLINE CK_AVX512 __m512i weave(const int count, const uint8_t *const *rows, size_t at, __mmask16 mask) {
  __m512i quarters = _mm512_zextsi128_si512(_mm_maskz_loadu_epi8(mask, rows[0] + at));
  if (count > 1) quarters = _mm512_inserti32x4(quarters, _mm_maskz_loadu_epi8(mask, rows[1] + at), 1);
  if (count > 2) quarters = _mm512_inserti32x4(quarters, _mm_maskz_loadu_epi8(mask, rows[2] + at), 2);
  if (count > 3) quarters = _mm512_inserti32x4(quarters, _mm_maskz_loadu_epi8(mask, rows[3] + at), 3);
  const __m512i groups = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i order = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  // The compiler would find longer ways to arrange the bytes.
  CK_KEEP_WIDE(quarters);
  __m512i grouped = _mm512_permutexvar_epi32(groups, quarters);
  CK_KEEP_WIDE(grouped);
  return _mm512_shuffle_epi8(grouped, order);
}

/// The same of a wide block.
CK_INLINE CK_AVX512 void weave_wide(
    const int count, const uint8_t *const *rows, size_t at, __m512i v[wide_vectors]) {
  __m512i bytes[4];
  CK_UNROLL for (int row = 0; row < 4; row++) {
    bytes[row] = row < count ? _mm512_loadu_si512(rows[row] + at) : _mm512_setzero_si512();
  }
  const __m512i low = _mm512_unpacklo_epi8(bytes[0], bytes[1]), high = _mm512_unpackhi_epi8(bytes[0], bytes[1]);
  const __m512i low_rest = _mm512_unpacklo_epi8(bytes[2], bytes[3]);
  const __m512i high_rest = _mm512_unpackhi_epi8(bytes[2], bytes[3]);
  v[0] = _mm512_unpacklo_epi16(low, low_rest);
  v[1] = _mm512_unpackhi_epi16(low, low_rest);
  v[2] = _mm512_unpacklo_epi16(high, high_rest);
  v[3] = _mm512_unpackhi_epi16(high, high_rest);
}

CK_INLINE CK_AVX512 void weave_block(
    const int vectors, const int count, const uint8_t *const *rows, size_t at, __mmask16 mask,
    __m512i v[wide_vectors]) {
  if (vectors == wide_vectors) weave_wide(count, rows, at, v);
  else v[0] = weave(count, rows, at, mask);
}

/// Adds what woven column `x` contributes to the sums of all windows that it lies in: there are `count` factors, and
/// each is for windows that begin `distance` columns before those of the last.
CK_INLINE CK_AVX512 void add_column(
    const int vectors, const int pixels, const int stride, const int x, const int count, const int distance,
    const __m512i v[wide_vectors], const __m512i (*factors)[wide_vectors], __m512i (*sums)[wide_vectors]) {
  CK_UNROLL for (int factor = 0; factor < count; factor++) {
    const int offset = x - factor * distance;
    if (offset < 0 || offset % stride != 0 || offset / stride >= pixels) continue;
    CK_UNROLL for (int i = 0; i < vectors; i++) {
      __m512i *sum = &sums[offset / stride][i];
      *sum = _mm512_dpbusd_epi32(*sum, v[i], factors[factor][i]);
    }
  }
}

/// Whether a window among `pixels` begins at column `x`, or `distance` columns before.
CK_INLINE bool is_needed(const int pixels, const int stride, const int x, const int distance) {
  const int late = x - distance;
  return (x % stride == 0 && x / stride < pixels) || (late >= 0 && late % stride == 0 && late / stride < pixels);
}

/// Stores the pixels of a wide block.
CK_INLINE CK_AVX512 void store_wide(
    const int pixels, const quad_block *block, __m512i (*sums)[wide_vectors], size_t index) {
  const ck_depthwise_u8 *depthwise = block->depthwise;
  const output_columns *columns = block->columns;
  bool packs = true;
  CK_UNROLL for (int i = 0; i < wide_vectors; i++) packs = packs && columns[i].packs;
  if (packs) {
    CK_UNROLL for (int pixel = 0; pixel < pixels; pixel++) {
      __m512i rows[wide_vectors];
      CK_UNROLL for (int i = 0; i < wide_vectors; i++) rows[i] = round_products(columns[i], sums[pixel][i]);
      uint8_t *target = (uint8_t *)depthwise->output.elements + index + pixel * depthwise->output.stride;
      _mm512_storeu_si512(target, pack_rows(&depthwise->output, rows));
    }
    return;
  }
  CK_UNROLL for (int pixel = 0; pixel < pixels; pixel++) {
    transpose_quarters(sums[pixel]);
    CK_UNROLL for (int i = 0; i < wide_vectors; i++) {
      const size_t channel = block->channel + i * 16;
      const output_columns in_order = load_output_columns(&depthwise->output, channel, depthwise->channels);
      store_offset_sums(
          &depthwise->output, in_order, sums[pixel][i], index + pixel * depthwise->output.stride + i * 16);
    }
  }
}

/// `pixels` neighbouring pixels, the first with its window at column 0 of the rows.
CK_INLINE CK_AVX512 void pixels_of_quads(
    const int vectors, const int pixels, const int taps, const int stride, const quad_block *block, size_t start,
    size_t index, __mmask16 mask) {
  const size_t distance = block->depthwise->input_stride;
  __m512i sums[pixels_at_once][wide_vectors];
  CK_UNROLL for (int pixel = 0; pixel < pixels; pixel++) {
    CK_UNROLL for (int i = 0; i < vectors; i++) sums[pixel][i] = block->columns[i].offsets;
  }
  const int columns = (pixels - 1) * stride + taps;
  const uint8_t *rows[most_kernel_columns];
  CK_UNROLL for (int y = 0; y < taps; y++) rows[y] = block->rows[y] + start;
  __m512i v[wide_vectors];
  CK_UNROLL for (int x = 0; x < columns; x++) {
    weave_block(vectors, taps < 4 ? taps : 4, rows, x * distance, mask, v);
    add_column(vectors, pixels, stride, x, taps, 1, v, block->factors, sums);
  }
  if (taps == 5) {
    const uint8_t *const last[4] = {
        rows[4], rows[4] + distance, rows[4] + 2 * distance, rows[4] + 3 * distance};
    CK_UNROLL for (int x = 0; x < columns; x++) {
      if (!is_needed(pixels, stride, x, 4)) continue;
      // The last columns are the last taps of windows, and have nothing behind them.
      const int count = x + 4 > columns ? 1 : 4;
      weave_block(vectors, count, last, x * distance, mask, v);
      add_column(vectors, pixels, stride, x, 2, 4, v, block->factors + 5, sums);
    }
  }
  if (taps == 7) {
    CK_UNROLL for (int x = 0; x < columns; x++) {
      weave_block(vectors, 3, rows + 4, x * distance, mask, v);
      add_column(vectors, pixels, stride, x, taps, 1, v, block->factors + 7, sums);
    }
  }
  if (vectors == wide_vectors) {
    store_wide(pixels, block, sums, index + block->channel);
    return;
  }
  __m512i x[pixels_at_once];
  CK_UNROLL for (int pixel = 0; pixel < pixels; pixel++) x[pixel] = sums[pixel][0];
  const ck_int8_output *output = &block->depthwise->output;
  store_rows(pixels, output, block->columns[0], x, index + block->channel, output->stride);
}

/// A row of pixels of a block of channels.
CK_INLINE CK_AVX512 void line_of_quads(
    const int vectors, const int taps, const int stride, const quad_block *block, size_t index, size_t width,
    __mmask16 mask) {
  const ck_depthwise_u8 *depthwise = block->depthwise;
  const size_t many = vectors == wide_vectors ? few_pixels : pixels_at_once;
  size_t x = 0;
  while (x < width) {
    const size_t left = width - x;
    const size_t step = left > few_pixels && width >= many ? many : width >= few_pixels ? few_pixels : 1;
    if (left < step) x = width - step;
    const size_t start = x * depthwise->window_stride, at = index + x * depthwise->output.stride;
    if (step > few_pixels) pixels_of_quads(vectors, pixels_at_once, taps, stride, block, start, at, mask);
    else if (step == few_pixels) pixels_of_quads(vectors, few_pixels, taps, stride, block, start, at, mask);
    else pixels_of_quads(vectors, 1, taps, stride, block, start, at, mask);
    x += step;
  }
}

/// An area of a block of channels, like `column_u8`. Says whether it could: whether the weights are bytes.
CK_INLINE CK_AVX512 bool column_of_quads(
    const int vectors, const int taps, const int stride, const ck_depthwise_u8 *depthwise, const uint8_t *input,
    const size_t *rows,
    const ck_depthwise_area *area, size_t channel, __mmask16 mask) {
  quad_block block;
  block.depthwise = depthwise;
  block.channel = channel;
  if (!prepare_factors(vectors, taps, &block, mask)) return false;
  prepare_columns(vectors, &block, mask);
  for (size_t line = 0; line < area->height; line++) {
    const uint8_t *windows = input + line * area->window_distance + channel;
    CK_UNROLL for (int y = 0; y < taps; y++) block.rows[y] = windows + rows[y];
    line_of_quads(
        vectors, taps, stride, &block, area->index + line * area->output_distance, area->width, mask);
  }
  return true;
}

/// An area of a vector of channels, whatever the weights.
CK_INLINE CK_AVX512 void column_of_any(
    const int taps, const int stride, const ck_depthwise_u8 *depthwise, const uint8_t *input, const size_t *rows,
    const ck_depthwise_area *area, size_t channel, __mmask16 mask) {
  if (column_of_quads(1, taps, stride, depthwise, input, rows, area, channel, mask)) return;
  column_u8(taps, stride, depthwise, input, rows, area, channel, mask);
}

/// An area of all channels. A mask of all channels is constant, so that code for whole vectors does without.
CK_INLINE CK_AVX512 void area_of_quads(
    const int taps, const int stride, const ck_depthwise_u8 *depthwise, const uint8_t *input, const size_t *rows,
    const ck_depthwise_area *area) {
  const size_t channels = depthwise->channels;
  size_t channel = 0;
  while (channel < channels) {
    const size_t left = channels - channel;
    if (left >= wide_channels &&
        column_of_quads(wide_vectors, taps, stride, depthwise, input, rows, area, channel, 0xffff)) {
      channel += wide_channels;
      continue;
    }
    if (left >= vector_channels) {
      column_of_any(taps, stride, depthwise, input, rows, area, channel, 0xffff);
    } else {
      column_of_any(taps, stride, depthwise, input, rows, area, channel, mask_of(left));
    }
    channel += vector_channels;
  }
}

CK_AVX512 static void run_quads(
    const ck_depthwise_u8 *depthwise, const uint8_t *input, const size_t *rows,
    const ck_depthwise_area *area) {
  const size_t stride = depthwise->window_stride / depthwise->input_stride;
  const size_t taps = depthwise->kernel_width;
  if (!ck_depthwise_u8_is_common(depthwise)) {
    run_u8(depthwise, input, rows, area);
  } else if (taps == 3) {
    if (stride == 1) area_of_quads(3, 1, depthwise, input, rows, area);
    else area_of_quads(3, 2, depthwise, input, rows, area);
  } else if (taps == 5) {
    if (stride == 1) area_of_quads(5, 1, depthwise, input, rows, area);
    else area_of_quads(5, 2, depthwise, input, rows, area);
  } else {
    if (stride == 1) area_of_quads(7, 1, depthwise, input, rows, area);
    else area_of_quads(7, 2, depthwise, input, rows, area);
  }
}
