// The definition of each statistic, one number at a time.
#include "statistics.h"

#include <math.h>
#include <string.h>

#include "../lanes/fold.h"

#pragma STDC FP_CONTRACT OFF

/// Adding zero turns -0 into +0, so that the smallest of both zeros does not depend on their order.
static float load(const void *input, size_t index) {
  float value;
  memcpy(&value, (const uint8_t *)input + index * sizeof value, sizeof value);
  return value + 0.0f;
}

ck_summary ck_summarize_rows_reference(const void *input, size_t rows, size_t width, size_t stride) {
  ck_summary summary = {.smallest = INFINITY, .largest = -INFINITY};
  for (size_t i = 0; i < rows * width; i++) {
    const float value = load(input, i / width * stride + i % width);
    summary.nans += isnan(value) != 0;
    summary.infinities += isinf(value) != 0;  // -1 for -infinity
    if (!isfinite(value)) continue;
    summary.smallest = CK_SMALLER(summary.smallest, value);
    summary.largest = CK_LARGER(summary.largest, value);
  }
  return summary;
}

ck_moments ck_measure_reference(const void *input, size_t count) {
  double sum[CK_LANES] = {0}, squares[CK_LANES] = {0};
  for (size_t i = 0; i < count; i++) {
    const double value = load(input, i);
    if (!isfinite(value)) continue;
    sum[i % CK_LANES] += value;
    squares[i % CK_LANES] += value * value;
  }
  return (ck_moments){
      .summary = ck_summarize_rows_reference(input, 1, count, count),
      .sum = ck_sum_lanes_double(sum),
      .sum_of_squares = ck_sum_lanes_double(squares),
  };
}

void ck_histogram_reference(
    const void *input, size_t count, float bins_per_unit, size_t bins_per_side, uint64_t *counts) {
  for (size_t i = 0; i < count; i++) {
    const float value = load(input, i);
    const float position = fabsf(value) * bins_per_unit;
    if (!(position <= (float)bins_per_side)) continue;
    const size_t whole = (size_t)position;
    const size_t bin = whole > 0 && (float)whole == position ? whole - 1 : whole;
    counts[value < 0 ? bins_per_side - 1 - bin : bins_per_side + bin]++;
  }
}

void ck_range_run_reference(const void *input, size_t count, float *smallest, float *largest, size_t step) {
  for (size_t i = 0; i < count; i++) {
    const float value = load(input, i);
    if (!isfinite(value)) continue;
    smallest[i * step] = CK_SMALLER(smallest[i * step], value);
    largest[i * step] = CK_LARGER(largest[i * step], value);
  }
}

ck_difference ck_compare_reference(const void *a, const void *b, size_t count) {
  double largest[CK_LANES] = {0}, absolute[CK_LANES] = {0}, squares[CK_LANES] = {0};
  double squares_a[CK_LANES] = {0}, squares_b[CK_LANES] = {0}, dot[CK_LANES] = {0};
  uint64_t mismatches = 0;
  for (size_t i = 0; i < count; i++) {
    const double left = load(a, i), right = load(b, i);
    const size_t lane = i % CK_LANES;
    if (!isfinite(left) || !isfinite(right)) {
      mismatches += left != right && !(isnan(left) && isnan(right));
      continue;
    }
    const double difference = left - right;
    largest[lane] = CK_LARGER(largest[lane], fabs(difference));
    absolute[lane] += fabs(difference);
    squares[lane] += difference * difference;
    squares_a[lane] += left * left;
    squares_b[lane] += right * right;
    dot[lane] += left * right;
  }
  return (ck_difference){
      .mismatches = mismatches,
      .largest_absolute = ck_largest_lanes_double(largest),
      .sum_of_absolute = ck_sum_lanes_double(absolute),
      .sum_of_squares = ck_sum_lanes_double(squares),
      .sum_of_squares_a = ck_sum_lanes_double(squares_a),
      .sum_of_squares_b = ck_sum_lanes_double(squares_b),
      .dot_product = ck_sum_lanes_double(dot),
  };
}
