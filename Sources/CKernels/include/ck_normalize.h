#pragma once
#include <stddef.h>

#include "ck_tier.h"

// Rows or columns of a matrix of float32 numbers brought to another mean and spread. The order in which numbers are
// summed depends on the size of the matrix only, so that all tiers compute the same bits.

/// Mean and variance of each of `columns` columns, the variance being the mean of (x - mean)^2. Rows begin `stride`
/// numbers apart; there is at least one.
void ck_column_moments(
    ck_tier tier, const float *input, size_t rows, size_t columns, size_t stride, float *means, float *variances);

/// The same of each of `rows` rows of `columns` numbers, at least one.
void ck_row_moments(
    ck_tier tier, const float *input, size_t rows, size_t columns, float *means, float *variances);

/// (x - mean) * factor + bias with three numbers for each column, product and last sum being rounded once. `output` may
/// be `input`.
void ck_normalize_columns(
    ck_tier tier, const float *input, float *output, size_t rows, size_t columns, const float *means,
    const float *factors, const float *biases);

/// The same with three numbers for each row.
void ck_normalize_rows(
    ck_tier tier, const float *input, float *output, size_t rows, size_t columns, const float *means,
    const float *factors, const float *biases);
