/// Convolutions whose channels are divided into groups of few, with kernels of three columns, in f32.
///
/// A unit is a vector of output channels, and has its own weights: those of a group, or where groups have four channels
/// on either side those of two neighbouring groups.
///
/// Each element of the output is one chain of multiply-adds that begins with the bias and goes on kernel row by kernel
/// row, input channel by input channel, kernel column by kernel column: so an element of the input that is loaded serves
/// all windows of a row that it lies in before the next one is loaded. A result depends neither on how many pixels are
/// computed at once nor on how they are shared out to threads.
#pragma once
#include "ck_elementwise.h"
#include "ck_tier.h"
#include <stdbool.h>
#include <stddef.h>

/// The most output channels of a unit, the columns of a kernel, and the most input channels of a group.
enum { CK_UNIT_LANES = 8, CK_UNIT_TAPS = 3, CK_MOST_GROUP_INPUTS = 128 };

/// output = clamp(bias + Σ window · weights + residual).
typedef struct ck_grouped_f32 {
  size_t groups;
  /// The channels of one group.
  size_t inputs, outputs;
  size_t kernel_height;
  /// Elements from one input pixel of a row to the next, between the windows of neighbouring output pixels, and between
  /// neighbouring taps of a kernel row.
  size_t pixel_stride, window_stride, tap_stride;
  /// [unit][kernel row][input channel of the group][kernel column][lane], with zeros in lanes without a channel.
  const float *weights;
  /// One for each output channel, or null for zeros.
  const float *bias;
  /// Laid out as the output, or null for zeros. May be the output itself.
  const float *residual;
  /// A NaN stays NaN.
  float minimum, maximum;
  /// Of what the limits have left, or null for none. Left to whoever calls the kernel.
  const ck_function *function;
  float *output;
  /// Elements from one output pixel to the next.
  size_t output_stride;
} ck_grouped_f32;

/// Some neighbouring output pixels of a row, and the kernel rows that lie on the image for them.
typedef struct ck_grouped_line {
  size_t width;
  /// The first tap of the first window; it may lie in the padding.
  const float *windows;
  /// Where kernel rows begin, in elements from there: `row_count` of them, of which `first_row` is the first.
  const size_t *rows;
  size_t first_row, row_count;
  /// Whether the first column of the first window and the last column of the last window lie in the padding. They count
  /// as zeros and are not read. Only where `ck_grouped_step` is not 0.
  bool is_cut_before, is_cut_behind;
  /// The first channel of the first pixel, as an element of the output.
  size_t index;
} ck_grouped_line;

/// The pixels between neighbouring windows where there is code of its own for them: one or two, without dilation; or
/// else 0.
static inline size_t ck_grouped_step(const ck_grouped_f32 *grouped) {
  const size_t step = grouped->window_stride / grouped->pixel_stride;
  return step <= 2 && grouped->tap_stride == grouped->pixel_stride ? step : 0;
}

/// How many groups share a unit.
static inline size_t ck_groups_of_unit(size_t groups, size_t inputs, size_t outputs) {
  const size_t half = CK_UNIT_LANES / 2;
  return inputs == half && outputs == half && groups % 2 == 0 ? 2 : 1;
}

typedef struct ck_grouped_f32_family {
  /// Computes some units of a line.
  void (*run)(const ck_grouped_f32 *grouped, const ck_grouped_line *line, size_t first_unit, size_t unit_count);
} ck_grouped_f32_family;

/// The kernels of a tier.
const ck_grouped_f32_family *ck_grouped_f32_for(ck_tier tier);

/// Arranges weights as above. They come as [output channel][input channel of the group][kernel row][kernel column].
void ck_pack_grouped_f32(
    const float *weights, size_t groups, size_t inputs, size_t outputs, size_t kernel_height, float *packed);
