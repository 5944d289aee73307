// One number at a time, in the lanes and the order of the other tiers.
#include <math.h>

#include "../lanes/fold.h"
#include "moments.h"
#include "normalize.h"

static ck_spread spread_of_part(const float *numbers, size_t count, size_t stride) {
  float sum = 0;
  for (size_t i = 0; i < count; i++) sum += numbers[i * stride];
  const float mean = sum / (float)count;
  float squares = 0;
  for (size_t i = 0; i < count; i++) {
    const float distance = numbers[i * stride] - mean;
    squares = fmaf(distance, distance, squares);
  }
  return (ck_spread){.count = (double)count, .mean = mean, .squares = squares};
}

static ck_spread spread_of_column(const float *numbers, size_t count, size_t stride) {
  ck_spread spread = {0, 0, 0};
  for (size_t done = 0; done < count; done += CK_MOMENT_ROWS) {
    const size_t part = count - done < CK_MOMENT_ROWS ? count - done : CK_MOMENT_ROWS;
    spread = ck_join_spreads(spread, spread_of_part(numbers + done * stride, part, stride));
  }
  return spread;
}

void ck_column_moments_reference(
    const float *input, size_t rows, size_t columns, size_t stride, float *means, float *variances) {
  for (size_t column = 0; column < columns; column++) {
    const ck_spread spread = spread_of_column(input + column, rows, stride);
    means[column] = (float)spread.mean;
    variances[column] = (float)(spread.squares / spread.count);
  }
}

void ck_row_moments_reference(const float *input, size_t rows, size_t columns, float *means, float *variances) {
  const size_t steps = columns / CK_LANES;
  for (size_t row = 0; row < rows; row++, input += columns) {
    ck_spread spread = {0, 0, 0};
    for (size_t lane = 0; lane < CK_LANES && steps > 0; lane++) {
      spread = ck_join_spreads(spread, spread_of_column(input + lane, steps, CK_LANES));
    }
    for (size_t i = steps * CK_LANES; i < columns; i++) {
      spread = ck_join_spreads(spread, (ck_spread){.count = 1, .mean = input[i]});
    }
    means[row] = (float)spread.mean;
    variances[row] = (float)(spread.squares / spread.count);
  }
}

void ck_normalize_columns_reference(
    const float *input, float *output, size_t rows, size_t columns, const float *means, const float *factors,
    const float *biases) {
  for (size_t row = 0; row < rows; row++, input += columns, output += columns)
    for (size_t i = 0; i < columns; i++) output[i] = fmaf(input[i] - means[i], factors[i], biases[i]);
}

void ck_normalize_rows_reference(
    const float *input, float *output, size_t rows, size_t columns, const float *means, const float *factors,
    const float *biases) {
  for (size_t row = 0; row < rows; row++, input += columns, output += columns)
    for (size_t i = 0; i < columns; i++) output[i] = fmaf(input[i] - means[row], factors[row], biases[row]);
}
