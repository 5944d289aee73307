// Softmax on sixteen lanes.
#pragma once
#include <math.h>

#include "functions.h"

/// The lanes below `width` of `value`, zero above: what a sum may take in.
CK_INLINE floats ck_within(floats value, size_t width) {
  return width == CK_LANES ? value : ck_lanes_below(width) ? value : 0;
}

CK_INLINE float ck_largest_of_row(const float *row, size_t columns) {
  floats result = -INFINITY;
  CK_FOR_EACH_BLOCK(i, width, columns, {
    const floats x = ck_load_floats(row + i, width);
    result = (ck_lanes_below(width) & (x > result)) ? x : result;
  })
  return ck_largest_floats(result);
}

/// `output` may be `input`.
CK_INLINE void ck_softmax_of_row(const float *input, float *output, size_t columns) {
  const float highest = ck_largest_of_row(input, columns);
  floats sums = 0;
  CK_FOR_EACH_BLOCK(i, width, columns, {
    const floats power = exponential_of_share(ck_load_floats(input + i, width) - highest);
    sums += ck_within(power, width);
    ck_store_floats(output + i, power, width);
  })
  const float sum = ck_sum_floats(sums);
  CK_FOR_EACH_BLOCK(i, width, columns, {
    ck_store_floats(output + i, ck_load_floats(output + i, width) / sum, width);
  })
}

/// So many rows are computed together at most: a row's sum is a chain of additions, each of which waits for the one
/// before.
enum { CK_SOFTMAX_ROWS = 8 };

/// The same for `rows` ≤ CK_SOFTMAX_ROWS rows of at most CK_LANES columns, which stay in registers. Rows begin `stride`
/// numbers apart.
CK_INLINE void ck_softmax_of_short_rows(
    const size_t rows, const float *input, float *output, size_t stride, size_t columns) {
  floats powers[CK_SOFTMAX_ROWS];
  CK_FOR_EACH_ROW(row, rows) {
    const float *numbers = input + row * stride;
    powers[row] = exponential_of_share(ck_load_floats(numbers, columns) - ck_largest_of_row(numbers, columns));
  }
  CK_FOR_EACH_ROW(row, rows) {
    const float sum = ck_sum_floats(ck_within(powers[row], columns));
    ck_store_floats(output + row * stride, powers[row] / sum, columns);
  }
}
