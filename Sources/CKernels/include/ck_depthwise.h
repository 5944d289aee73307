/// Convolutions in which each channel has a kernel of its own.
#pragma once
#include "ck_elementwise.h"
#include "ck_int8_output.h"
#include "ck_tier.h"
#include <stddef.h>
#include <stdint.h>

/// output = clamp(Σ window · weights + bias + residual), channel by channel.
typedef struct ck_depthwise_f32 {
  size_t channels;
  size_t kernel_height, kernel_width;
  /// Elements between the windows of neighbouring output pixels, and between neighbouring taps of a kernel row.
  size_t window_stride, tap_stride;
  /// [tap][channel]
  const float *weights;
  /// One for each channel, or null for zeros.
  const float *bias;
  /// Laid out as the output, or null for zeros.
  const float *residual;
  float minimum, maximum;
  /// Of what the limits have left, or null for none. Left to whoever calls the kernel.
  const ck_function *function;
  float *output;
} ck_depthwise_f32;

/// Some output pixels: `width` neighbours in each of `height` rows.
typedef struct ck_depthwise_area {
  size_t height, width;
  /// The first channel of the first pixel, as an element of the output.
  size_t index;
  /// Elements from one row to the next: of windows, and in the output.
  size_t window_distance, output_distance;
} ck_depthwise_area;

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
  size_t window_stride, tap_stride;
  const int32_t *weights;
  ck_int8_output output;
} ck_depthwise_u8;

typedef struct ck_depthwise_u8_family {
  /// As above.
  void (*run)(
      const ck_depthwise_u8 *depthwise, const uint8_t *input, const size_t *rows, const ck_depthwise_area *area);
} ck_depthwise_u8_family;

/// The kernels of a tier.
const ck_depthwise_f32_family *ck_depthwise_f32_for(ck_tier tier);
const ck_depthwise_u8_family *ck_depthwise_u8_for(ck_tier tier);
