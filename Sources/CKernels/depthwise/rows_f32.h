/// The loops of float32 depthwise convolutions, for the vectors of whichever file includes this.
///
/// Before that it defines `TARGET`, `vector_channels` and the types `lanes_f32` and `lanes_mask`; and what can be done
/// with them: `mask_of`, `load_f32`, `zero_f32`, `repeat_f32`, `add_f32`, `multiply_add`, `limit_f32` and
/// `store_f32`.
#pragma once
#include "../support/compiler.h"
#include "pixels.h"

/// Channels are taken a cache line at a time.
enum { line_channels = 16, line_vectors = line_channels / vector_channels, most_taps = 49 };

/// The rows of the largest kernel whose loop over them is unrolled.
enum { most_unrolled_rows = 5 };

/// What some vectors of channels need.
typedef struct block_f32 {
  const ck_depthwise_f32 *depthwise;
  const ck_depthwise_area *area;
  /// The first window of a row of pixels, and where the rows of a window begin.
  const float *windows;
  const size_t *offsets;
  size_t channel;
  lanes_f32 factors[most_taps][line_vectors];
  lanes_f32 bias[line_vectors];
  lanes_f32 minimum, maximum;
} block_f32;

/// Finishes and stores a vector of each of some pixels, the first at element `index` of the output.
CK_INLINE TARGET void finish_f32(
    const int pixels, const block_f32 *block, lanes_mask mask, lanes_f32 *sums, size_t index) {
  const ck_depthwise_f32 *depthwise = block->depthwise;
  const size_t stride = depthwise->output_stride;
  const float *residual = depthwise->residual;
  // One branch for all pixels: the compiler would move their sums behind one of their own, out of the registers.
  if (residual) {
    CK_UNROLL for (int i = 0; i < pixels; i++) {
      sums[i] = add_f32(sums[i], load_f32(mask, residual + index + i * stride));
    }
  }
  const lanes_f32 minimum = block->minimum, maximum = block->maximum;
  float *target = depthwise->output + index;
  CK_UNROLL for (int i = 0; i < pixels; i++) {
    store_f32(mask, target + i * stride, limit_f32(sums[i], minimum, maximum));
  }
}

/// The part of the windows of some neighbouring pixels that lies on the image: rows of the kernel, and all columns but
/// some at either end.
typedef struct visible_part {
  kernel_rows rows;
  size_t left, right;
} visible_part;

/// Adds what row `y` of the kernel has for a vector of each of some pixels, whose row of the image begins at `row`.
CK_INLINE TARGET void add_row_f32(
    const int pixels, const int taps, const int stride, const block_f32 *block, const int vector, lanes_mask mask,
    const visible_part *visible, const size_t y, const float *row, lanes_f32 *sums) {
  const size_t distance = block->depthwise->input_stride;
  const int columns = (pixels - 1) * stride + taps, half = taps / 2;
  if (visible && (y < visible->rows.first || y >= visible->rows.end)) return;
  CK_UNROLL for (int x = 0; x < columns; x++) {
    if (visible && x < half && (size_t)x < visible->left) continue;
    if (visible && x >= columns - half && (size_t)(columns - x) <= visible->right) continue;
    lanes_f32 value = load_f32(mask, row + x * distance);
    CK_UNROLL for (int tap = 0; tap < taps; tap++) {
      const int offset = x - tap;
      if (offset < 0 || offset % stride != 0 || offset / stride >= pixels) continue;
      lanes_f32 *sum = &sums[offset / stride];
      *sum = multiply_add(value, block->factors[y * taps + tap][vector], *sum);
    }
  }
}

/// `pixels` neighbouring pixels of a kernel that is `taps` wide and high, windows being `stride` pixels apart: every
/// input pixel is loaded once for all the windows of the row that it lies in. The first window begins at element
/// `start` of the rows. With `visible` only what lies on the image is read.
CK_INLINE TARGET void square_pixels_f32(
    const int pixels, const int taps, const int stride, const int vectors, const block_f32 *block, lanes_mask mask,
    const visible_part *visible, size_t start, size_t index) {
  CK_UNROLL for (int i = 0; i < vectors; i++) {
    const float *image = block->windows + start + i * vector_channels;
    lanes_f32 sums[pixels_at_once];
    CK_UNROLL for (int pixel = 0; pixel < pixels; pixel++) sums[pixel] = block->bias[i];
    if (taps <= most_unrolled_rows) {
      CK_UNROLL for (int y = 0; y < taps; y++) {
        add_row_f32(pixels, taps, stride, block, i, mask, visible, y, image + block->offsets[y], sums);
      }
    } else {
      for (int y = 0; y < taps; y++) {
        add_row_f32(pixels, taps, stride, block, i, mask, visible, y, image + block->offsets[y], sums);
      }
    }
    finish_f32(pixels, block, mask, sums, index + i * vector_channels);
  }
}

/// The same with the sizes and distances of `depthwise`, for one vector: every window loads its own pixels.
CK_INLINE TARGET void any_pixels_f32(
    const int pixels, const block_f32 *block, lanes_mask mask, size_t start, size_t index) {
  const ck_depthwise_f32 *depthwise = block->depthwise;
  const float *weights = depthwise->weights + block->channel;
  lanes_f32 sums[pixels_at_once];
  CK_UNROLL for (int pixel = 0; pixel < pixels; pixel++) sums[pixel] = block->bias[0];
  for (size_t y = 0; y < depthwise->kernel_height; y++) {
    const float *values = block->windows + block->offsets[y] + start;
    for (size_t tap = 0; tap < depthwise->kernel_width; tap++) {
      const lanes_f32 factor = load_f32(mask, weights);
      CK_UNROLL for (int pixel = 0; pixel < pixels; pixel++) {
        const lanes_f32 value = load_f32(mask, values + pixel * depthwise->window_stride);
        sums[pixel] = multiply_add(value, factor, sums[pixel]);
      }
      weights += depthwise->weight_stride;
      values += depthwise->tap_stride;
    }
  }
  finish_f32(pixels, block, mask, sums, index);
}

/// One or the other: sizes are those of `depthwise` where `taps` is 0. The first pixel is number `x` of row `y` of the
/// area.
CK_INLINE TARGET void pixels_f32(
    const int pixels, const int taps, const int stride, const bool at_edges, const int vectors, const block_f32 *block,
    lanes_mask mask, size_t x, size_t y) {
  const ck_depthwise_area *area = block->area;
  const ck_depthwise_f32 *depthwise = block->depthwise;
  const size_t start = x * depthwise->window_stride;
  const size_t index = area->index + y * area->output_distance + x * depthwise->output_stride + block->channel;
  if (taps == 0) {
    any_pixels_f32(pixels, block, mask, start, index);
  } else if (!at_edges) {
    square_pixels_f32(pixels, taps, stride, vectors, block, mask, NULL, start, index);
  } else {
    const visible_part visible = {
        .rows = ck_kernel_rows(area, y, taps),
        .left = ck_excess(area->overhang.left, x * stride),
        .right = ck_excess(area->overhang.right, (area->width - pixels - x) * stride)};
    square_pixels_f32(pixels, taps, stride, vectors, block, mask, &visible, start, index);
  }
}

/// A row of pixels. The last ones are computed together with some before them, for the second time, unless there are
/// too few for that.
CK_INLINE TARGET void line_f32(
    const int taps, const int stride, const bool at_edges, const int vectors, const block_f32 *block, lanes_mask mask,
    size_t y) {
  const size_t width = block->area->width, step = ck_pixels_of_row(width);
  for (size_t x = 0; x < width; x += step) {
    if (width - x < step) x = width - step;
    switch (step) {
    case pixels_at_once: pixels_f32(pixels_at_once, taps, stride, at_edges, vectors, block, mask, x, y); break;
    case fewer_pixels_at_once:
      pixels_f32(fewer_pixels_at_once, taps, stride, at_edges, vectors, block, mask, x, y);
      break;
    case few_pixels: pixels_f32(few_pixels, taps, stride, at_edges, vectors, block, mask, x, y); break;
    default: pixels_f32(1, taps, stride, at_edges, vectors, block, mask, x, y); break;
    }
  }
}

CK_INLINE TARGET void prepare_f32(const int taps, const int vectors, block_f32 *block, lanes_mask mask) {
  const ck_depthwise_f32 *depthwise = block->depthwise;
  block->minimum = repeat_f32(depthwise->minimum);
  block->maximum = repeat_f32(depthwise->maximum);
  CK_UNROLL for (int i = 0; i < vectors; i++) {
    const size_t channel = block->channel + i * vector_channels;
    block->bias[i] = depthwise->bias ? load_f32(mask, depthwise->bias + channel) : zero_f32();
    for (int tap = 0; tap < taps * taps; tap++) {
      block->factors[tap][i] = load_f32(mask, depthwise->weights + tap * depthwise->weight_stride + channel);
    }
  }
}

/// An area of some vectors of channels.
CK_INLINE TARGET void column_f32(
    const int taps, const int stride, const bool at_edges, const int vectors, const ck_depthwise_f32 *depthwise,
    const float *input, const size_t *rows, const ck_depthwise_area *area, size_t channel, lanes_mask mask) {
  block_f32 block;
  block.depthwise = depthwise;
  block.area = area;
  block.channel = channel;
  block.offsets = rows;
  prepare_f32(taps, vectors, &block, mask);
  for (size_t y = 0; y < area->height; y++) {
    block.windows = input + y * area->window_distance + channel;
    line_f32(taps, stride, at_edges, vectors, &block, mask, y);
  }
}

/// An area of all channels. A mask of all channels is constant, so that code for whole vectors does without.
CK_INLINE TARGET void area_f32(
    const int taps, const int stride, const bool at_edges, const ck_depthwise_f32 *depthwise, const float *input,
    const size_t *rows, const ck_depthwise_area *area) {
  const size_t channels = depthwise->channels;
  size_t channel = 0;
  if (taps > 0 && line_vectors > 1) {
    for (; channel + line_channels <= channels; channel += line_channels) {
      column_f32(
          taps, stride, at_edges, line_vectors, depthwise, input, rows, area, channel, mask_of(vector_channels));
    }
  }
  for (; channel + vector_channels <= channels; channel += vector_channels) {
    column_f32(taps, stride, at_edges, 1, depthwise, input, rows, area, channel, mask_of(vector_channels));
  }
  if (channel < channels) {
    column_f32(taps, stride, at_edges, 1, depthwise, input, rows, area, channel, mask_of(channels - channel));
  }
}

/// An area with what shapes its code constant.
#define AREA_F32(name, taps, stride, at_edges)                                                               \
  CK_NOINLINE TARGET void name(                                                                              \
      const ck_depthwise_f32 *depthwise, const float *input, const size_t *rows,                             \
      const ck_depthwise_area *area) {                                                                       \
    area_f32(taps, stride, at_edges, depthwise, input, rows, area);                                          \
  }

AREA_F32(any_area_f32, 0, 1, false)
AREA_F32(area_3_in_steps_of_1, 3, 1, false)
AREA_F32(area_3_in_steps_of_2, 3, 2, false)
AREA_F32(area_5_in_steps_of_1, 5, 1, false)
AREA_F32(area_5_in_steps_of_2, 5, 2, false)
AREA_F32(area_7_in_steps_of_1, 7, 1, false)
AREA_F32(area_7_in_steps_of_2, 7, 2, false)
AREA_F32(edges_3_in_steps_of_1, 3, 1, true)
AREA_F32(edges_3_in_steps_of_2, 3, 2, true)
AREA_F32(edges_5_in_steps_of_1, 5, 1, true)
AREA_F32(edges_5_in_steps_of_2, 5, 2, true)
AREA_F32(edges_7_in_steps_of_1, 7, 1, true)
AREA_F32(edges_7_in_steps_of_2, 7, 2, true)

TARGET static void run_f32(
    const ck_depthwise_f32 *depthwise, const float *input, const size_t *rows,
    const ck_depthwise_area *area) {
  typedef void (*area_function)(
      const ck_depthwise_f32 *depthwise, const float *input, const size_t *rows, const ck_depthwise_area *area);
  static const area_function functions[2][3][2] = {
      {{area_3_in_steps_of_1, area_3_in_steps_of_2},
       {area_5_in_steps_of_1, area_5_in_steps_of_2},
       {area_7_in_steps_of_1, area_7_in_steps_of_2}},
      {{edges_3_in_steps_of_1, edges_3_in_steps_of_2},
       {edges_5_in_steps_of_1, edges_5_in_steps_of_2},
       {edges_7_in_steps_of_1, edges_7_in_steps_of_2}}};
  if (!ck_depthwise_f32_is_common(depthwise)) {
    any_area_f32(depthwise, input, rows, area);
    return;
  }
  const ck_depthwise_overhang *overhang = &area->overhang;
  const bool at_edges = overhang->above > 0 || overhang->below > 0 || overhang->left > 0 || overhang->right > 0;
  const size_t stride = depthwise->window_stride / depthwise->input_stride;
  functions[at_edges][depthwise->kernel_width / 2 - 1][stride - 1](depthwise, input, rows, area);
}
