// One number at a time.
#include <math.h>

#include "../lanes/scalar.h"
#include "elementwise.h"

#define MAP(EXPRESSION)                \
  for (size_t i = 0; i < count; i++) { \
    const float x = input[i];          \
    output[i] = EXPRESSION;            \
  }

void ck_apply_reference(
    ck_unary function, float first, float second, const float *input, float *output, size_t count) {
#include "unary_cases.inc"
}

static float combine(ck_binary function, float a, float b) {
  switch (function) {
    case CK_ADDITION: return a + b;
    case CK_SUBTRACTION: return a - b;
    case CK_MULTIPLICATION: return a * b;
    case CK_DIVISION: return a / b;
    case CK_MINIMUM: return smaller(a, b);
    case CK_MAXIMUM: return larger(a, b);
    case CK_POWER: return powf(a, b);
  }
}

static size_t offset_of(ck_operand operand, size_t row, size_t column) {
  return (size_t)((ptrdiff_t)row * operand.row_stride + (ptrdiff_t)column * operand.column_stride);
}

void ck_combine_reference(
    ck_binary function, ck_operand a, ck_operand b, float *output, size_t rows, size_t columns) {
  for (size_t row = 0; row < rows; row++)
    for (size_t column = 0; column < columns; column++) {
      const float left = ((const float *)a.start)[offset_of(a, row, column)];
      const float right = ((const float *)b.start)[offset_of(b, row, column)];
      output[row * columns + column] = combine(function, left, right);
    }
}

static float real_number(ck_integer type, ck_operand operand, size_t row, size_t column, ck_linear parameters) {
  const uint8_t byte = ((const uint8_t *)operand.start)[offset_of(operand, row, column)];
  const int32_t value = type == CK_INT8 ? (int8_t)byte : byte;
  return (float)(value - parameters.zero_point) * parameters.scale;
}

void ck_combine_quantized_reference(
    ck_binary function, ck_integer type, ck_operand a, ck_linear a_parameters, ck_operand b, ck_linear b_parameters,
    void *output, ck_linear output_parameters, size_t rows, size_t columns) {
  const double smallest = type == CK_INT8 ? -128 : 0;
  const double largest = type == CK_INT8 ? 127 : 255;
  for (size_t row = 0; row < rows; row++)
    for (size_t column = 0; column < columns; column++) {
      const float left = real_number(type, a, row, column, a_parameters);
      const float right = real_number(type, b, row, column, b_parameters);
      const float real = combine(function, left, right);
      const double shifted = (double)rintf(real / output_parameters.scale) + output_parameters.zero_point;
      const double value = !(shifted > smallest) ? smallest : shifted > largest ? largest : shifted;
      ((uint8_t *)output)[row * columns + column] = (uint8_t)(int32_t)value;
    }
}
