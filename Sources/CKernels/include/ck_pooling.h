#pragma once
#include <stddef.h>
#include <stdint.h>

#include "ck_convert.h"
#include "ck_elementwise.h"
#include "ck_tier.h"

/// One spatial axis: output o takes the inputs o * stride - pad_begin + t * dilation for 0 <= t < kernel.
typedef struct ck_pool_axis {
  ptrdiff_t input, output, kernel, stride, dilation, pad_begin, pad_end;
} ck_pool_axis;

/// Pooling of [batch][axis 0][axis 1][axis 2][channels] arrays. Arrays with fewer axes have leading ones of length 1.
typedef struct ck_pool_shape {
  ck_pool_axis axes[3];
  size_t channels;
  int counts_padding;  // whether an average counts padding as zeros; never what lies beyond it
} ck_pool_shape;

// Each kernel computes the rows `begin ..< end` of the output, a row being all of its axis 2; rows are counted through
// batch, axis 0 and axis 1. Padding is never larger than a number in the array. Output and input do not overlap.

/// NaN if any number is; -infinity of no numbers.
void ck_max_pool_f32(
    ck_tier tier, const ck_pool_shape *shape, const float *input, float *output, size_t begin, size_t end);

/// `type` is CK_UINT8 or CK_INT8. The smallest value of no numbers.
void ck_max_pool_8(
    ck_tier tier, ck_integer type, const ck_pool_shape *shape, const void *input, void *output, size_t begin,
    size_t end);

/// The sum, in order, divided by how many numbers were counted; NaN of none.
void ck_average_pool_f32(
    ck_tier tier, const ck_pool_shape *shape, const float *input, float *output, size_t begin, size_t end);

/// q = saturate(roundHalfEven(sum of (x - zeroPoint) * (inputScale / (outputScale * count))) + outputZeroPoint), the
/// sum exact, the factor and the product in float32. `type` is CK_UINT8 or CK_INT8. Padding counts as zeroPoint.
void ck_average_pool_8(
    ck_tier tier, ck_integer type, const ck_pool_shape *shape, const void *input, ck_linear input_parameters,
    void *output, ck_linear output_parameters, size_t begin, size_t end);

/// q = saturate(roundHalfEven(mean / outputScale + outputZeroPoint)), every step in float32, the mean being that of
/// ck_average_pool_f32 of the numbers (x - zeroPoint) * inputScale. `type` is CK_UINT8 or CK_INT8. The smallest value
/// where there are no numbers.
void ck_average_pool_real_8(
    ck_tier tier, ck_integer type, const ck_pool_shape *shape, const void *input, ck_linear input_parameters,
    void *output, ck_linear output_parameters, size_t begin, size_t end);
