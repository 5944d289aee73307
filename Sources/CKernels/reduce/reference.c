// One number at a time, in the lanes and the order of lanes/fold.h.
#include <math.h>

#include "../lanes/fold.h"
#include "../lanes/scalar.h"
#include "reduce.h"

static float largest(const float *row, size_t columns) {
  float result = -INFINITY;
  for (size_t i = 0; i < columns; i++) result = CK_LARGER(result, row[i]);
  return result;
}

void ck_softmax_reference(const float *input, float *output, size_t rows, size_t columns) {
  for (size_t row = 0; row < rows; row++, input += columns, output += columns) {
    const float highest = largest(input, columns);
    float lane[CK_LANES] = {0};
    for (size_t i = 0; i < columns; i++) {
      output[i] = exponential_below_zero(input[i] - highest);
      lane[i % CK_LANES] += output[i];
    }
    const float sum = ck_sum_lanes_float(lane);
    for (size_t i = 0; i < columns; i++) output[i] /= sum;
  }
}

void ck_log_softmax_reference(const float *input, float *output, size_t rows, size_t columns) {
  for (size_t row = 0; row < rows; row++, input += columns, output += columns) {
    const float highest = largest(input, columns);
    float lane[CK_LANES] = {0};
    for (size_t i = 0; i < columns; i++) lane[i % CK_LANES] += exponential_below_zero(input[i] - highest);
    const float log_of_sum = logarithm(ck_sum_lanes_float(lane));
    for (size_t i = 0; i < columns; i++) output[i] = (input[i] - highest) - log_of_sum;
  }
}

static float mean(const float *row, size_t columns) {
  float lane[CK_LANES] = {0};
  for (size_t i = 0; i < columns; i++) lane[i % CK_LANES] += row[i];
  return ck_sum_lanes_float(lane) / (float)columns;
}

/// The mean of (x - center)^2.
static float mean_square(const float *row, float center, size_t columns) {
  float lane[CK_LANES] = {0};
  for (size_t i = 0; i < columns; i++) lane[i % CK_LANES] += (row[i] - center) * (row[i] - center);
  return ck_sum_lanes_float(lane) / (float)columns;
}

void ck_layer_norm_reference(
    const float *input, const float *scale, const float *bias, float epsilon, float *output, float *means,
    float *inverse_deviations, size_t rows, size_t columns) {
  for (size_t row = 0; row < rows; row++, input += columns, output += columns) {
    const float center = mean(input, columns);
    const float inverse = 1 / sqrtf(mean_square(input, center, columns) + epsilon);
    if (means) means[row] = center;
    if (inverse_deviations) inverse_deviations[row] = inverse;
    for (size_t i = 0; i < columns; i++) {
      const float normalized = (input[i] - center) * inverse * scale[i];
      output[i] = bias ? normalized + bias[i] : normalized;
    }
  }
}

void ck_rms_norm_reference(
    const float *input, const float *scale, float epsilon, float *output, size_t rows, size_t columns) {
  for (size_t row = 0; row < rows; row++, input += columns, output += columns) {
    const float inverse = 1 / sqrtf(mean_square(input, 0, columns) + epsilon);
    for (size_t i = 0; i < columns; i++) output[i] = input[i] * inverse * scale[i];
  }
}

/// The numbers of a column lie `inner` apart. Where they lie side by side they go to sixteen lanes, as in the other
/// tiers; elsewhere these have the lanes for neighbouring columns, and each column is reduced in order.
#define REDUCE(INITIAL, NEXT, FOLD, RESULT)                               \
  for (size_t row = 0; row < outer; row++)                                \
    for (size_t column = 0; column < inner; column++) {                   \
      const float *numbers = input + row * count * inner + column;        \
      double lane[CK_LANES];                                              \
      for (size_t i = 0; i < CK_LANES; i++) lane[i] = INITIAL;            \
      for (size_t i = 0; i < count; i++) {                                \
        const double x = numbers[i * inner];                              \
        double *const place = &lane[inner == 1 ? i % CK_LANES : 0];       \
        const double accumulated = *place;                                \
        *place = NEXT;                                                    \
      }                                                                   \
      const double total = inner == 1 ? FOLD##_lanes_double(lane) : lane[0]; \
      output[row * inner + column] = (float)(RESULT);                     \
    }

void ck_reduce_reference(
    ck_reduction reduction, const float *input, float *output, size_t outer, size_t count, size_t inner) {
#include "cases.inc"
}
