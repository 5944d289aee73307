/// The loops of float32 depthwise convolutions, for the vectors of whichever file includes this.
///
/// Before that it defines `TARGET`, `vector_channels` and the types `lanes_f32` and `lanes_mask`; and what can be done
/// with them: `mask_of`, `load_f32`, `zero_f32`, `multiply_add` and `store_f32`.
#pragma once
#include "../support/compiler.h"
#include "pixels.h"

/// `pixels` neighbouring pixels of a kernel row that is `taps` wide, windows being `stride` pixels apart: every input
/// pixel is loaded once for all the windows that it lies in. Where `taps` is 0, width and distances are those of
/// `depthwise`, and every window loads its own.
CK_INLINE TARGET void pixels_f32(
    const int pixels, const int taps, const int stride, const ck_depthwise_f32 *depthwise, const float *input,
    const size_t *rows, size_t index, size_t channel, lanes_mask mask) {
  const size_t channels = depthwise->channels;
  const float *weights = depthwise->weights + channel;
  lanes_f32 sums[pixels_at_once];
  lanes_f32 bias = depthwise->bias ? load_f32(mask, depthwise->bias + channel) : zero_f32();
  CK_UNROLL for (int i = 0; i < pixels; i++) sums[i] = bias;

  for (size_t y = 0; y < depthwise->kernel_height; y++) {
    const float *row = input + rows[y] + channel;
    if (taps > 0) {
      lanes_f32 factors[5];
      CK_UNROLL for (int tap = 0; tap < taps; tap++) {
        factors[tap] = load_f32(mask, weights + tap * channels);
      }
      CK_UNROLL for (int x = 0; x < (pixels - 1) * stride + taps; x++) {
        lanes_f32 value = load_f32(mask, row + x * channels);
        CK_UNROLL for (int tap = 0; tap < taps; tap++) {
          int offset = x - tap;
          if (offset < 0 || offset % stride != 0 || offset / stride >= pixels) continue;
          sums[offset / stride] = multiply_add(value, factors[tap], sums[offset / stride]);
        }
      }
      weights += taps * channels;
    } else {
      for (size_t tap = 0; tap < depthwise->kernel_width; tap++, weights += channels) {
        lanes_f32 factor = load_f32(mask, weights);
        CK_UNROLL for (int i = 0; i < pixels; i++) {
          const float *value = row + tap * depthwise->tap_stride + i * depthwise->window_stride;
          sums[i] = multiply_add(load_f32(mask, value), factor, sums[i]);
        }
      }
    }
  }
  CK_UNROLL for (int i = 0; i < pixels; i++) {
    store_f32(depthwise, sums[i], index + i * channels + channel, mask);
  }
}

/// A row of pixels of one vector of channels, from element `index` of the output on.
CK_INLINE TARGET void line_f32(
    const int taps, const int stride, const ck_depthwise_f32 *depthwise, const float *input, const size_t *rows,
    size_t index, size_t width, size_t channel, lanes_mask mask) {
  const size_t distance = depthwise->window_stride, channels = depthwise->channels;
  size_t x = 0;
  for (; x + pixels_at_once <= width; x += pixels_at_once, input += pixels_at_once * distance) {
    pixels_f32(pixels_at_once, taps, stride, depthwise, input, rows, index + x * channels, channel, mask);
  }
  if (x + few_pixels <= width) {
    pixels_f32(few_pixels, taps, stride, depthwise, input, rows, index + x * channels, channel, mask);
    x += few_pixels;
    input += few_pixels * distance;
  }
  index += x * channels;
  switch (width - x) {
  case 1: pixels_f32(1, taps, stride, depthwise, input, rows, index, channel, mask); return;
  case 2: pixels_f32(2, taps, stride, depthwise, input, rows, index, channel, mask); return;
  case 3: pixels_f32(3, taps, stride, depthwise, input, rows, index, channel, mask); return;
  }
}

/// An area of one vector of channels.
CK_INLINE TARGET void column_f32(
    const int taps, const int stride, const ck_depthwise_f32 *depthwise, const float *input, const size_t *rows,
    const ck_depthwise_area *area, size_t channel, lanes_mask mask) {
  for (size_t y = 0; y < area->height; y++) {
    const float *windows = input + y * area->window_distance;
    const size_t index = area->index + y * area->output_distance;
    line_f32(taps, stride, depthwise, windows, rows, index, area->width, channel, mask);
  }
}

/// An area, a vector of channels at a time. A mask of all channels is constant, so that code for whole vectors
/// does without.
CK_INLINE TARGET void area_f32(
    const int taps, const int stride, const ck_depthwise_f32 *depthwise, const float *input, const size_t *rows,
    const ck_depthwise_area *area) {
  const size_t channels = depthwise->channels;
  size_t channel = 0;
  for (; channel + vector_channels <= channels; channel += vector_channels) {
    column_f32(taps, stride, depthwise, input, rows, area, channel, mask_of(vector_channels));
  }
  if (channel < channels) {
    column_f32(taps, stride, depthwise, input, rows, area, channel, mask_of(channels - channel));
  }
}

TARGET static void run_f32(
    const ck_depthwise_f32 *depthwise, const float *input, const size_t *rows,
    const ck_depthwise_area *area) {
  bool dense = depthwise->tap_stride == depthwise->channels;
  size_t stride = depthwise->window_stride / depthwise->channels;
  size_t taps = depthwise->kernel_width;
  if (dense && taps == 3 && stride == 1) area_f32(3, 1, depthwise, input, rows, area);
  else if (dense && taps == 3 && stride == 2) area_f32(3, 2, depthwise, input, rows, area);
  else if (dense && taps == 5 && stride == 1) area_f32(5, 1, depthwise, input, rows, area);
  else if (dense && taps == 5 && stride == 2) area_f32(5, 2, depthwise, input, rows, area);
  else area_f32(0, 1, depthwise, input, rows, area);
}
