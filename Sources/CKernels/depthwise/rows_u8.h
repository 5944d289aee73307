/// The loops of depthwise convolutions of bytes, for the vectors of whichever file includes this.
///
/// Before that it defines `TARGET`, `vector_channels` and the types `lanes_i32` and `lanes_mask`; what can be done with
/// them: `mask_of`, `load_i32`, `load_singles`, `load_pairs` and `add_products`; and what `output_*.h` does for its
/// instruction set.
#pragma once
#include "../support/compiler.h"
#include "pixels.h"

/// The columns, and rows, of the largest kernel that has code of its own.
enum { most_kernel_columns = 7 };

/// The sums of `pixels` neighbouring pixels over two kernel rows, or one where `second` is null. A kernel row is `taps`
/// wide and windows are `stride` pixels apart: every input pixel is loaded once for all the windows that it lies in.
CK_INLINE TARGET void add_rows(
    const int pixels, const int taps, const int stride, const ck_depthwise_u8 *depthwise, const uint8_t *first,
    const uint8_t *second, const int32_t *weights, lanes_i32 *sums, lanes_mask mask) {
  const size_t channels = depthwise->channels;
  lanes_i32 factors[most_kernel_columns];
  CK_UNROLL for (int tap = 0; tap < taps; tap++) {
    factors[tap] = load_i32(mask, weights + tap * channels);
  }
  CK_UNROLL for (int x = 0; x < (pixels - 1) * stride + taps; x++) {
    const size_t at = x * depthwise->input_stride;
    lanes_i32 values = second ? load_pairs(first + at, second + at, mask) : load_singles(first + at, mask);
    CK_UNROLL for (int tap = 0; tap < taps; tap++) {
      int offset = x - tap;
      if (offset < 0 || offset % stride != 0 || offset / stride >= pixels) continue;
      sums[offset / stride] = add_products(sums[offset / stride], values, factors[tap]);
    }
  }
}

/// The same with the widths and distances of `depthwise`: every window loads its own pixels.
CK_INLINE TARGET void add_any_rows(
    const int pixels, const ck_depthwise_u8 *depthwise, const uint8_t *first, const uint8_t *second,
    const int32_t *weights, lanes_i32 *sums, lanes_mask mask) {
  for (size_t tap = 0; tap < depthwise->kernel_width; tap++) {
    lanes_i32 factor = load_i32(mask, weights + tap * depthwise->channels);
    CK_UNROLL for (int i = 0; i < pixels; i++) {
      const size_t at = tap * depthwise->tap_stride + i * depthwise->window_stride;
      lanes_i32 values = second ? load_pairs(first + at, second + at, mask) : load_singles(first + at, mask);
      sums[i] = add_products(sums[i], values, factor);
    }
  }
}

/// `pixels` neighbouring pixels. Where `taps` is 0, width and distances are those of `depthwise`.
CK_INLINE TARGET void pixels_u8(
    const int pixels, const int taps, const int stride, const ck_depthwise_u8 *depthwise, const uint8_t *input,
    const size_t *rows, size_t index, size_t channel, output_columns columns) {
  const size_t channels = depthwise->channels;
  const size_t height = depthwise->kernel_height;
  const size_t pair_row_weights = depthwise->kernel_width * channels;
  const int32_t *weights = depthwise->weights + channel;
  lanes_i32 sums[pixels_at_once];
  CK_UNROLL for (int i = 0; i < pixels; i++) sums[i] = columns.offsets;
  size_t y = 0;
  for (; y + 2 <= height; y += 2, weights += pair_row_weights) {
    const uint8_t *first = input + rows[y] + channel;
    const uint8_t *second = input + rows[y + 1] + channel;
    if (taps > 0) add_rows(pixels, taps, stride, depthwise, first, second, weights, sums, columns.mask);
    else add_any_rows(pixels, depthwise, first, second, weights, sums, columns.mask);
  }
  if (y < height) {
    const uint8_t *last = input + rows[y] + channel;
    if (taps > 0) add_rows(pixels, taps, stride, depthwise, last, NULL, weights, sums, columns.mask);
    else add_any_rows(pixels, depthwise, last, NULL, weights, sums, columns.mask);
  }
  store_rows(pixels, &depthwise->output, columns, sums, index + channel, depthwise->output.stride);
}

/// A row of pixels of one vector of channels, from element `index` of the output on. The last pixels are computed
/// together with some before them, for the second time, unless there are too few for that.
CK_INLINE TARGET void line_u8(
    const int taps, const int stride, const ck_depthwise_u8 *depthwise, const uint8_t *input, const size_t *rows,
    size_t index, size_t width, size_t channel, output_columns columns) {
  size_t x = 0;
  while (x < width) {
    size_t left = width - x;
    size_t step = left > few_pixels && width >= pixels_at_once ? pixels_at_once : width >= few_pixels ? few_pixels : 1;
    if (left < step) x = width - step;
    const uint8_t *window = input + x * depthwise->window_stride;
    size_t at = index + x * depthwise->output.stride;
    if (step == pixels_at_once) {
      pixels_u8(pixels_at_once, taps, stride, depthwise, window, rows, at, channel, columns);
    } else if (step == few_pixels) {
      pixels_u8(few_pixels, taps, stride, depthwise, window, rows, at, channel, columns);
    } else {
      pixels_u8(1, taps, stride, depthwise, window, rows, at, channel, columns);
    }
    x += step;
  }
}

/// An area of one vector of channels.
CK_INLINE TARGET void column_u8(
    const int taps, const int stride, const ck_depthwise_u8 *depthwise, const uint8_t *input, const size_t *rows,
    const ck_depthwise_area *area, size_t channel, lanes_mask mask) {
  output_columns columns = load_output_columns(&depthwise->output, channel, depthwise->channels);
  columns.mask = mask;
  for (size_t y = 0; y < area->height; y++) {
    const uint8_t *windows = input + y * area->window_distance;
    const size_t index = area->index + y * area->output_distance;
    line_u8(taps, stride, depthwise, windows, rows, index, area->width, channel, columns);
  }
}

/// An area, a vector of channels at a time. A mask of all channels is constant, so that code for whole vectors
/// does without.
CK_INLINE TARGET void area_u8(
    const int taps, const int stride, const ck_depthwise_u8 *depthwise, const uint8_t *input, const size_t *rows,
    const ck_depthwise_area *area) {
  const size_t channels = depthwise->channels;
  size_t channel = 0;
  for (; channel + vector_channels <= channels; channel += vector_channels) {
    column_u8(taps, stride, depthwise, input, rows, area, channel, mask_of(vector_channels));
  }
  if (channel < channels) {
    column_u8(taps, stride, depthwise, input, rows, area, channel, mask_of(channels - channel));
  }
}

TARGET static void run_u8(
    const ck_depthwise_u8 *depthwise, const uint8_t *input, const size_t *rows,
    const ck_depthwise_area *area) {
  bool dense = depthwise->tap_stride == depthwise->input_stride;
  size_t stride = depthwise->window_stride / depthwise->input_stride;
  size_t taps = depthwise->kernel_width;
  if (dense && taps == 3 && stride == 1) area_u8(3, 1, depthwise, input, rows, area);
  else if (dense && taps == 3 && stride == 2) area_u8(3, 2, depthwise, input, rows, area);
  else if (dense && taps == 5 && stride == 1) area_u8(5, 1, depthwise, input, rows, area);
  else if (dense && taps == 5 && stride == 2) area_u8(5, 2, depthwise, input, rows, area);
  else if (dense && taps == 7 && stride == 1) area_u8(7, 1, depthwise, input, rows, area);
  else if (dense && taps == 7 && stride == 2) area_u8(7, 2, depthwise, input, rows, area);
  else area_u8(0, 1, depthwise, input, rows, area);
}
