#include "normalize.h"

void ck_column_moments(
    ck_tier tier, const float *input, size_t rows, size_t columns, size_t stride, float *means, float *variances) {
  CK_SELECT(tier, ck_column_moments)(input, rows, columns, stride, means, variances);
}

void ck_row_moments(
    ck_tier tier, const float *input, size_t rows, size_t columns, float *means, float *variances) {
  CK_SELECT(tier, ck_row_moments)(input, rows, columns, means, variances);
}

void ck_normalize_columns(
    ck_tier tier, const float *input, float *output, size_t rows, size_t columns, const float *means,
    const float *factors, const float *biases) {
  CK_SELECT(tier, ck_normalize_columns)(input, output, rows, columns, means, factors, biases);
}

void ck_normalize_rows(
    ck_tier tier, const float *input, float *output, size_t rows, size_t columns, const float *means,
    const float *factors, const float *biases) {
  CK_SELECT(tier, ck_normalize_rows)(input, output, rows, columns, means, factors, biases);
}
