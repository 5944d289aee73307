// One number at a time, in the lanes and the order of lanes/fold.h.
#include <math.h>

#include "../lanes/fold.h"
#include "../lanes/scalar.h"
#include "divisor.h"
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
      output[i] = exponential_of_share(input[i] - highest);
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
    for (size_t i = 0; i < columns; i++) lane[i % CK_LANES] += exponential_of_share(input[i] - highest);
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

/// The same for the smallest and the largest, which stay float32. NaN goes before everything.
#define REDUCE_EXTREME(INITIAL, JOIN, FOLD)                               \
  for (size_t row = 0; row < outer; row++)                                \
    for (size_t column = 0; column < inner; column++) {                   \
      const float *numbers = input + row * count * inner + column;        \
      float lane[CK_LANES];                                               \
      for (size_t i = 0; i < CK_LANES; i++) lane[i] = INITIAL;            \
      int is_invalid = 0;                                                 \
      for (size_t i = 0; i < count; i++) {                                \
        const float x = numbers[i * inner];                               \
        float *const place = &lane[inner == 1 ? i % CK_LANES : 0];        \
        *place = JOIN(*place, x);                                         \
        is_invalid |= x != x;                                             \
      }                                                                   \
      const float found = inner == 1 ? FOLD##_lanes_float(lane) : lane[0]; \
      output[row * inner + column] = is_invalid ? NAN : found;            \
    }

void ck_reduce_reference(
    ck_reduction reduction, const float *input, float *output, size_t outer, size_t count, size_t inner) {
#include "cases.inc"
}

static int is_beyond(float candidate, float best, int smallest, int last) {
  if (best != best) return last && candidate != candidate;
  if (candidate != candidate) return 1;
  if (candidate == best) return last;
  return smallest ? candidate < best : candidate > best;
}

void ck_arg_extreme_reference(
    const float *input, int64_t *output, size_t outer, size_t count, size_t inner, int smallest, int last) {
  for (size_t row = 0; row < outer; row++)
    for (size_t column = 0; column < inner; column++) {
      const float *numbers = input + row * count * inner + column;
      size_t best = 0;
      for (size_t i = 1; i < count; i++)
        if (is_beyond(numbers[i * inner], numbers[best * inner], smallest, last)) best = i;
      output[row * inner + column] = (int64_t)best;
    }
}

ck_extent ck_widen_extent_reference(ck_extent extent, const float *input, size_t count) {
  for (size_t i = 0; i < count; i++) {
    extent.smallest = CK_SMALLER(extent.smallest, input[i]);
    extent.largest = CK_LARGER(extent.largest, input[i]);
  }
  return extent;
}

void ck_lp_norm_reference(int euclidean, const float *input, float *output, size_t rows, size_t columns) {
  for (size_t row = 0; row < rows; row++, input += columns, output += columns) {
    double lane[CK_LANES] = {0};
    for (size_t i = 0; i < columns; i++) {
      const double x = input[i];
      lane[i % CK_LANES] += euclidean ? x * x : fabs(x);
    }
    const double sum = ck_sum_lanes_double(lane);
    const double norm = euclidean ? sqrt(sum) : sum;
    for (size_t i = 0; i < columns; i++) {
      if (ck_is_normal_divisor(norm)) output[i] = input[i] / (float)norm;
      else output[i] = norm == 0 ? 0 : (float)(input[i] / norm);
    }
  }
}

size_t ck_next_beyond_reference(const float *input, size_t start, size_t count, float limit, int smaller) {
  size_t i = start;
  while (i < count && (smaller ? input[i] >= limit : input[i] <= limit)) i++;
  return i;
}
