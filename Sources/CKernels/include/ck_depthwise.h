/// Convolutions in which each channel has a kernel of its own.
#pragma once
#include "ck_elementwise.h"
#include "ck_int8_output.h"
#include "ck_tier.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// output = clamp(Σ window · weights + bias + residual), channel by channel.
typedef struct ck_depthwise_f32 {
  size_t channels;
  size_t kernel_height, kernel_width;
  /// Elements from one input pixel to the next.
  size_t input_stride;
  /// Elements between the windows of neighbouring output pixels, and between neighbouring taps of a kernel row.
  size_t window_stride, tap_stride;
  /// [tap][channel], with `weight_stride` elements from one tap to the next.
  const float *weights;
  size_t weight_stride;
  /// One for each channel, or null for zeros.
  const float *bias;
  /// Laid out as the output, or null for zeros.
  const float *residual;
  float minimum, maximum;
  /// Of what the limits have left, or null for none. Left to whoever calls the kernel.
  const ck_function *function;
  float *output;
  /// Elements from one output pixel to the next.
  size_t output_stride;
} ck_depthwise_f32;

/// How far the windows of an area reach beyond the image: those of its first row above it and of its last row below,
/// those of its first column to the left and of its last column to the right. What lies there counts as zeros and is
/// not read.
typedef struct ck_depthwise_overhang {
  size_t above, below, left, right;
  /// Rows of the image from one row of windows to the next.
  size_t row_stride;
} ck_depthwise_overhang;

/// Some output pixels: `width` neighbours in each of `height` rows.
typedef struct ck_depthwise_area {
  size_t height, width;
  /// The first channel of the first pixel, as an element of the output.
  size_t index;
  /// Elements from one row to the next: of windows, and in the output.
  size_t window_distance, output_distance;
  /// All zeros unless `ck_depthwise_f32_takes_overhang`.
  ck_depthwise_overhang overhang;
} ck_depthwise_area;

/// Whether there is code of its own for a kernel: 3, 5 or 7 pixels in square, without dilation, in steps of one pixel or
/// two.
static inline bool ck_depthwise_is_common(
    size_t height, size_t width, size_t input_stride, size_t window_stride, size_t tap_stride) {
  bool is_square = width == height && (width == 3 || width == 5 || width == 7);
  return is_square && window_stride / input_stride <= 2 && tap_stride == input_stride;
}

static inline bool ck_depthwise_f32_is_common(const ck_depthwise_f32 *depthwise) {
  return ck_depthwise_is_common(
      depthwise->kernel_height, depthwise->kernel_width, depthwise->input_stride, depthwise->window_stride,
      depthwise->tap_stride);
}

/// Whether windows may reach so far beyond the image: not beyond the middle of the kernel, to either side.
static inline bool ck_depthwise_f32_takes_overhang(
    const ck_depthwise_f32 *depthwise, const ck_depthwise_overhang *overhang) {
  size_t half = depthwise->kernel_width / 2;
  return ck_depthwise_f32_is_common(depthwise) && overhang->left <= half && overhang->right <= half;
}

typedef struct ck_depthwise_f32_family {
  /// Computes an area, the first pixel of which has its window at `input`. Row y of a window begins at `rows[y]`. The
  /// output overlaps neither input nor residual, as pixels may be computed twice.
  void (*run)(
      const ck_depthwise_f32 *depthwise, const float *input, const size_t *rows, const ck_depthwise_area *area);
} ck_depthwise_f32_family;

/// The same for unsigned bytes and weights of 9 bits.
///
/// Weights come as pairs of 16-bit numbers, as the instruction takes them that multiplies and adds pairs: rows 2i and
/// 2i + 1 of the kernel make row i of pairs, the latter in the high half; where the height is odd the last row's
/// partner is zeros. [pair row][kernel column][channel]
typedef struct ck_depthwise_u8 {
  size_t channels;
  size_t kernel_height, kernel_width;
  /// As above.
  size_t input_stride;
  size_t window_stride, tap_stride;
  const int32_t *weights;
  /// Its stride is from one pixel to the next.
  ck_int8_output output;
} ck_depthwise_u8;

static inline bool ck_depthwise_u8_is_common(const ck_depthwise_u8 *depthwise) {
  return ck_depthwise_is_common(
      depthwise->kernel_height, depthwise->kernel_width, depthwise->input_stride, depthwise->window_stride,
      depthwise->tap_stride);
}

typedef struct ck_depthwise_u8_family {
  /// As above.
  void (*run)(
      const ck_depthwise_u8 *depthwise, const uint8_t *input, const size_t *rows, const ck_depthwise_area *area);
} ck_depthwise_u8_family;

/// The kernels of a tier.
const ck_depthwise_f32_family *ck_depthwise_f32_for(ck_tier tier);
const ck_depthwise_u8_family *ck_depthwise_u8_for(ck_tier tier);
