#pragma once
#include <stddef.h>
#include <stdint.h>

#include "ck_tier.h"

// Sums run in sixteen float32 lanes that are joined in a fixed order, so results do not depend on the tier.

/// For each of `rows` rows of `columns` numbers: exp(x - m) / sum of exp(x - m), m being the row's largest number. Where
/// exp(x - m) is denormal, it is taken for 0. `output` may be `input`.
void ck_softmax(ck_tier tier, const float *input, float *output, size_t rows, size_t columns);

/// For each row: (x - m) - ln(sum of exp(x - m)). `output` may be `input`.
void ck_log_softmax(ck_tier tier, const float *input, float *output, size_t rows, size_t columns);

/// For each row: (x - mean) / sqrt(variance + epsilon) * scale + bias, the variance being the mean of (x - mean)^2.
/// `bias` may be null. `means` and `inverse_deviations`, one of each per row, may be null. `output` may be `input`.
void ck_layer_norm(
    ck_tier tier, const float *input, const float *scale, const float *bias, float epsilon, float *output,
    float *means, float *inverse_deviations, size_t rows, size_t columns);

/// For each row: x / sqrt(mean of x^2 + epsilon) * scale. `output` may be `input`.
void ck_rms_norm(
    ck_tier tier, const float *input, const float *scale, float epsilon, float *output, size_t rows, size_t columns);

typedef enum ck_reduction {
  CK_REDUCE_SUM,
  CK_REDUCE_MEAN,
  CK_REDUCE_MINIMUM,  // NaN if any number is
  CK_REDUCE_MAXIMUM,  // NaN if any number is
  CK_REDUCE_PRODUCT,
  CK_REDUCE_SUM_OF_SQUARES,
  CK_REDUCE_SUM_OF_ABSOLUTE,
} ck_reduction;

/// output[outer][inner] = reduction of the `count` numbers input[outer][...][inner]. Of no numbers: 0; 1 for the
/// product, an infinity for minimum and maximum, NaN for the mean.
void ck_reduce(
    ck_tier tier, ck_reduction reduction, const float *input, float *output, size_t outer, size_t count, size_t inner);

/// output[outer][inner] = the index of the largest (or smallest) of the `count` numbers input[outer][...][inner]; of
/// equal ones the first, or the last. NaN counts as beyond every number; `count` is not 0.
void ck_arg_extreme(
    ck_tier tier, const float *input, int64_t *output, size_t outer, size_t count, size_t inner, int smallest,
    int last);

/// The first index of `start` ..< `count` whose number is larger (or smaller) than `limit`, or is not comparable with it
/// because one of the two is NaN; `count` where there is none.
size_t ck_next_beyond(
    ck_tier tier, const float *input, size_t start, size_t count, float limit, int smaller);

/// The smallest and the largest number of an array.
typedef struct ck_extent {
  float smallest;
  float largest;
} ck_extent;

/// `extent` widened by `count` numbers. NaN is left out.
ck_extent ck_widen_extent(ck_tier tier, ck_extent extent, const float *input, size_t count);

/// For each row: x / sum of |x|, or where `euclidean` x / sqrt(sum of x^2); 0 where that sum is 0. Sums are taken in
/// float64. `output` may be `input`.
void ck_lp_norm(ck_tier tier, int euclidean, const float *input, float *output, size_t rows, size_t columns);
