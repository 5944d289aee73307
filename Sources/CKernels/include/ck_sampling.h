#pragma once
#include <stddef.h>
#include <stdint.h>

#include "ck_tier.h"

/// Points between the elements of a plane, each a sum of `taps` elements times weights.
typedef struct ck_points {
  size_t count;
  size_t taps;
  /// [tap][point]: where each element lies in its plane.
  const int32_t *offsets;
  /// [tap][point]. An element whose weight is -0 is not there: it counts as 0, whatever it is.
  const float *weights;
} ck_points;

/// output[plane][point] = the sum of the point's elements of input[plane], in the order of its taps. Planes begin
/// `input_stride` elements apart, their results `output_stride`.
void ck_sample(
    ck_tier tier, const float *input, size_t input_stride, ck_points points, float *output, size_t output_stride,
    size_t planes);

/// output[i] = the sum of `taps` rows of the input times weights, in the order of the taps, for each of `count` rows of
/// `width` elements. `rows` and `weights` are [i][tap]; a row whose weight is 0 is not read.
void ck_mix_rows(
    ck_tier tier, const float *input, size_t width, size_t taps, const int32_t *rows, const float *weights,
    float *output, size_t count);

/// How an axis is read beyond its ends: as zeros, as its last entry, or folded back.
typedef enum ck_grid_padding { CK_GRID_ZEROS, CK_GRID_BORDER, CK_GRID_REFLECTION } ck_grid_padding;

/// How an axis is read between its entries.
typedef enum ck_grid_interpolation { CK_GRID_NEAREST, CK_GRID_LINEAR, CK_GRID_CUBIC } ck_grid_interpolation;

/// One axis of a plane that a grid leads into (ONNX GridSample). A coordinate of -1 and 1 stands for the middle of the
/// first and the last entry, or where `aligns_corners` is 0 for their outer edges.
typedef struct ck_grid_axis {
  /// 1 to 2^30.
  int32_t length;
  int aligns_corners;
  ck_grid_padding padding;
  ck_grid_interpolation interpolation;
} ck_grid_axis;

/// The entries that `count` coordinates, `stride` apart, mix of an axis, and their weights: both [tap][point], with 1, 2
/// or 4 taps as the interpolation has them. A zero beyond an end is entry 0 with the weight -0.
void ck_axis_taps(
    ck_tier tier, ck_grid_axis axis, const float *coordinates, size_t stride, size_t count, int32_t *entries,
    float *weights);

/// Every combination of `taps` taps of some axes with `steps` of the next axis, of `length` entries, the latter going
/// faster. The results take taps * steps * count elements each.
void ck_combine_taps(
    const int32_t *offsets, const float *weights, size_t taps, const int32_t *entries, const float *factors,
    size_t steps, int32_t length, size_t count, int32_t *combined_offsets, float *combined_weights);
