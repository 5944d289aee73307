#include "elementwise.h"

#include "../include/ck_layout.h"

void ck_apply(
    ck_tier tier, ck_unary function, float first, float second, const float *input, float *output, size_t count) {
  CK_SELECT(tier, ck_apply)(function, first, second, input, output, count);
}

void ck_apply_to_rows(const ck_function *function, float *elements, size_t rows, size_t columns, size_t stride) {
  if (columns == stride) {
    columns *= rows;
    rows = 1;
  }
  for (size_t row = 0; row < rows; row++, elements += stride) {
    ck_apply(function->tier, function->identifier, function->first, function->second, elements, elements, columns);
  }
}

void ck_combine(
    ck_tier tier, ck_binary function, ck_operand a, ck_operand b, float *output, size_t rows, size_t columns) {
  CK_SELECT(tier, ck_combine)(function, a, b, output, rows, columns);
}

void ck_combine_quantized(
    ck_tier tier, ck_binary function, ck_integer type, ck_operand a, ck_linear a_parameters, ck_operand b,
    ck_linear b_parameters, void *output, ck_linear output_parameters, size_t rows, size_t columns) {
  CK_SELECT(tier, ck_combine_quantized)
  (function, type, a, a_parameters, b, b_parameters, output, output_parameters, rows, columns);
}

/// Bytes that are looked up together, and then placed: tables take long rows only.
enum { LOOKED_UP = 2048 };

void ck_map_rows(
    const uint8_t table[256], const uint8_t *input, uint8_t *output, size_t output_stride, size_t rows, size_t columns) {
  const size_t fitting = LOOKED_UP / columns;
  if (fitting < 2) {
    for (size_t row = 0; row < rows; row++) ck_map(table, input + row * columns, output + row * output_stride, columns);
    return;
  }
  uint8_t results[LOOKED_UP];
  for (size_t row = 0; row < rows; row += fitting) {
    const size_t count = rows - row < fitting ? rows - row : fitting;
    ck_map(table, input + row * columns, results, count * columns);
    ck_place_rows(results, output + row * output_stride, output_stride, count, columns);
  }
}
