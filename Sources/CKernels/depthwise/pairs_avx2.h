/// Depthwise convolutions of bytes with kernels of 3 × 3, 5 × 5 and 7 × 7, two taps of sixteen channels at a time.
///
/// Two rows make pairs column by column; a row that is left makes pairs of its own neighbouring columns. What has been
/// paired serves all windows that it lies in. Pairs come in two vectors, the way that the unpacking instructions leave
/// them: channels 0 to 3 and 8 to 11, and the others.
#pragma once
#include "../support/compiler.h"
#include "../support/output_avx2.h"
#include "pixels.h"

enum { block_channels = 16, most_factors = 25 };

/// What sixteen channels need.
typedef struct pair_block {
  const ck_depthwise_u8 *depthwise;
  /// The rows of the windows of a row of pixels.
  const uint8_t *rows[most_kernel_columns];
  size_t channel;
  output_columns columns[2];
  /// The weights of the taps of rows 0 and 1, of the next two rows where there are as many, and so on; and of pairs of
  /// taps of the last row.
  __m256i factors[most_factors][2];
} pair_block;

/// From vectors of eight neighbouring channels to those of a block, or back.
CK_INLINE CK_AVX2 void swap_halves(__m256i v[2]) {
  const __m256i low = _mm256_permute2x128_si256(v[0], v[1], 0x20);
  v[1] = _mm256_permute2x128_si256(v[0], v[1], 0x31);
  v[0] = low;
}

/// The weights of a tap of a pair of rows.
CK_INLINE CK_AVX2 void load_factors(const pair_block *block, size_t pair_row, size_t tap, __m256i factors[2]) {
  const ck_depthwise_u8 *depthwise = block->depthwise;
  const size_t at = (pair_row * depthwise->kernel_width + tap) * depthwise->channels + block->channel;
  CK_UNROLL for (int i = 0; i < 2; i++) {
    factors[i] = _mm256_loadu_si256((const __m256i *)(depthwise->weights + at + i * vector_channels));
  }
  swap_halves(factors);
}

CK_INLINE CK_AVX2 void prepare_block(const int taps, pair_block *block) {
  const int pair_rows = taps / 2;
  CK_UNROLL for (int i = 0; i < pair_rows * taps; i++) load_factors(block, i / taps, i % taps, block->factors[i]);
  CK_UNROLL for (int tap = 0; tap < taps; tap += 2) {
    __m256i *factors = block->factors[pair_rows * taps + tap / 2];
    load_factors(block, pair_rows, tap, factors);
    if (tap + 1 == taps) continue;
    __m256i next[2];
    load_factors(block, pair_rows, tap + 1, next);
    CK_UNROLL for (int i = 0; i < 2; i++) factors[i] = _mm256_or_si256(factors[i], _mm256_slli_epi32(next[i], 16));
  }
  const ck_depthwise_u8 *depthwise = block->depthwise;
  __m256i offsets[2], multipliers[2];
  CK_UNROLL for (int i = 0; i < 2; i++) {
    const size_t channel = block->channel + i * vector_channels;
    block->columns[i] = load_output_columns(&depthwise->output, channel, depthwise->channels);
    offsets[i] = block->columns[i].offsets;
    multipliers[i] = _mm256_castps_si256(block->columns[i].multipliers);
  }
  swap_halves(offsets);
  swap_halves(multipliers);
  CK_UNROLL for (int i = 0; i < 2; i++) {
    block->columns[i].offsets = offsets[i];
    block->columns[i].multipliers = _mm256_castsi256_ps(multipliers[i]);
  }
}

/// Sixteen channels of a pixel as 16-bit numbers.
CK_INLINE CK_AVX2 __m256i widen_pixel(const uint8_t *pixel) {
  return _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)pixel));
}

/// Adds what pairs at column `x` contribute to the sums of all windows that they lie in: there are `count` factors, and
/// each is for windows that begin `distance` columns before those of the last.
CK_INLINE CK_AVX2 void add_pairs(
    const int pixels, const int stride, const int x, const int count, const int distance, __m256i first, __m256i second,
    const __m256i (*factors)[2], __m256i (*sums)[2]) {
  const __m256i pairs[2] = {_mm256_unpacklo_epi16(first, second), _mm256_unpackhi_epi16(first, second)};
  CK_UNROLL for (int factor = 0; factor < count; factor++) {
    const int offset = x - factor * distance;
    if (offset < 0 || offset % stride != 0 || offset / stride >= pixels) continue;
    CK_UNROLL for (int i = 0; i < 2; i++) {
      __m256i *sum = &sums[offset / stride][i];
      *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(pairs[i], factors[factor][i]));
    }
  }
}

/// Stores the pixels of a block from `index` on.
CK_INLINE CK_AVX2 void store_block(const int pixels, const pair_block *block, __m256i (*sums)[2], size_t index) {
  const ck_depthwise_u8 *depthwise = block->depthwise;
  const ck_int8_output *output = &depthwise->output;
  if (block->columns[0].packs && block->columns[1].packs) {
    CK_UNROLL for (int pixel = 0; pixel < pixels; pixel += 2) {
      const int other = pixel + 1 < pixels ? pixel + 1 : pixel;
      __m256i rows[4];
      CK_UNROLL for (int i = 0; i < 4; i++) {
        rows[i] = round_products(block->columns[i % 2], sums[i < 2 ? pixel : other][i % 2]);
      }
      const __m256i bytes = _mm256_permute4x64_epi64(pack_rows(output, rows), 0xd8);
      uint8_t *target = (uint8_t *)output->elements + index + pixel * output->stride;
      _mm_storeu_si128((__m128i *)target, _mm256_castsi256_si128(bytes));
      if (other == pixel) continue;
      _mm_storeu_si128((__m128i *)(target + output->stride), _mm256_extracti128_si256(bytes, 1));
    }
    return;
  }
  CK_UNROLL for (int i = 0; i < 2; i++) {
    const size_t first = i * vector_channels;
    const output_columns in_order = load_output_columns(output, block->channel + first, depthwise->channels);
    CK_UNROLL for (int pixel = 0; pixel < pixels; pixel++) {
      __m256i x[2] = {sums[pixel][0], sums[pixel][1]};
      swap_halves(x);
      store_offset_sums(output, in_order, x[i], index + pixel * output->stride + first);
    }
  }
}

/// `pixels` neighbouring pixels, the first with its window at element `start` of the rows.
CK_INLINE CK_AVX2 void pixels_of_pairs(
    const int pixels, const int taps, const int stride, const pair_block *block, size_t start, size_t index) {
  const size_t distance = block->depthwise->input_stride;
  const int columns = (pixels - 1) * stride + taps, pair_rows = taps / 2;
  __m256i sums[few_pixels][2];
  CK_UNROLL for (int pixel = 0; pixel < pixels; pixel++) {
    CK_UNROLL for (int i = 0; i < 2; i++) sums[pixel][i] = block->columns[i].offsets;
  }
  CK_UNROLL for (int pair = 0; pair < pair_rows; pair++) {
    const uint8_t *first = block->rows[2 * pair] + start, *second = block->rows[2 * pair + 1] + start;
    CK_UNROLL for (int x = 0; x < columns; x++, first += distance, second += distance) {
      add_pairs(
          pixels, stride, x, taps, 1, widen_pixel(first), widen_pixel(second), block->factors + pair * taps, sums);
    }
  }
  const uint8_t *last = block->rows[taps - 1] + start;
  __m256i pixel = widen_pixel(last);
  CK_UNROLL for (int x = 0; x < columns; x++) {
    last += distance;
    // The last column is the last tap of a window, whose partner is a zero.
    const __m256i next = x + 1 < columns ? widen_pixel(last) : _mm256_setzero_si256();
    add_pairs(pixels, stride, x, taps / 2 + 1, 2, pixel, next, block->factors + pair_rows * taps, sums);
    pixel = next;
  }
  store_block(pixels, block, sums, index + block->channel);
}

/// An area of sixteen channels, like `column_u8`.
CK_INLINE CK_AVX2 void column_of_pairs(
    const int taps, const int stride, const ck_depthwise_u8 *depthwise, const uint8_t *input, const size_t *rows,
    const ck_depthwise_area *area, size_t channel) {
  pair_block block;
  block.depthwise = depthwise;
  block.channel = channel;
  prepare_block(taps, &block);
  const size_t width = area->width, step = width >= few_pixels ? few_pixels : 1;
  for (size_t line = 0; line < area->height; line++) {
    const uint8_t *windows = input + line * area->window_distance + channel;
    CK_UNROLL for (int y = 0; y < taps; y++) block.rows[y] = windows + rows[y];
    const size_t index = area->index + line * area->output_distance;
    for (size_t x = 0; x < width; x += step) {
      if (width - x < step) x = width - step;
      const size_t start = x * depthwise->window_stride, at = index + x * depthwise->output.stride;
      if (step == few_pixels) pixels_of_pairs(few_pixels, taps, stride, &block, start, at);
      else pixels_of_pairs(1, taps, stride, &block, start, at);
    }
  }
}

/// An area of all channels.
CK_INLINE CK_AVX2 void area_of_pairs(
    const int taps, const int stride, const ck_depthwise_u8 *depthwise, const uint8_t *input, const size_t *rows,
    const ck_depthwise_area *area) {
  const size_t channels = depthwise->channels;
  size_t channel = 0;
  for (; channel + block_channels <= channels; channel += block_channels) {
    column_of_pairs(taps, stride, depthwise, input, rows, area, channel);
  }
  for (; channel + vector_channels <= channels; channel += vector_channels) {
    column_u8(taps, stride, depthwise, input, rows, area, channel, mask_of(vector_channels));
  }
  if (channel < channels) {
    column_u8(taps, stride, depthwise, input, rows, area, channel, mask_of(channels - channel));
  }
}

CK_AVX2 static void run_pairs(
    const ck_depthwise_u8 *depthwise, const uint8_t *input, const size_t *rows,
    const ck_depthwise_area *area) {
  const size_t stride = depthwise->window_stride / depthwise->input_stride;
  const size_t taps = depthwise->kernel_width;
  if (!ck_depthwise_u8_is_common(depthwise)) {
    run_u8(depthwise, input, rows, area);
  } else if (taps == 3) {
    if (stride == 1) area_of_pairs(3, 1, depthwise, input, rows, area);
    else area_of_pairs(3, 2, depthwise, input, rows, area);
  } else if (taps == 5) {
    if (stride == 1) area_of_pairs(5, 1, depthwise, input, rows, area);
    else area_of_pairs(5, 2, depthwise, input, rows, area);
  } else {
    if (stride == 1) area_of_pairs(7, 1, depthwise, input, rows, area);
    else area_of_pairs(7, 2, depthwise, input, rows, area);
  }
}
