#pragma once
#include <stddef.h>
#include <stdint.h>

#include "ck_convert.h"
#include "ck_tier.h"

typedef enum ck_unary {
  CK_RELU,
  CK_LEAKY_RELU,    // first: slope below zero
  CK_CLIP,          // first: lowest, second: highest
  CK_SIGMOID,
  CK_TANH,
  CK_EXP,
  CK_LOG,
  CK_SQRT,
  CK_RECIPROCAL,
  CK_ERF,
  CK_GELU,          // x (1 + erf(x / sqrt 2)) / 2
  CK_GELU_TANH,     // x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
  CK_SILU,          // x sigmoid(first x)
  CK_HARD_SIGMOID,  // max(0, min(1, first x + second))
  CK_HARD_SWISH,    // x max(0, min(1, x / 6 + 0.5))
  CK_SOFTPLUS,
  CK_ELU,           // x above zero, first (exp x - 1) below
  CK_SELU,          // second times ELU
  CK_NEGATE,
  CK_ABSOLUTE,
  CK_FLOOR,
  CK_CEILING,
  CK_ROUND,         // half to even
  CK_SIN,
  CK_COS,
  CK_MISH,          // x tanh(ln(1 + exp x))
  CK_SOFTSIGN,      // x / (1 + |x|)
} ck_unary;

/// output[i] = function(input[i]) in float32. `output` may be `input`. The value depends on the number only, not on
/// its place in the array, and is the same in every tier.
void ck_apply(
    ck_tier tier, ck_unary function, float first, float second, const float *input, float *output, size_t count);

/// A function of `ck_apply`, its parameters and its tier.
typedef struct ck_function {
  ck_tier tier;
  ck_unary identifier;
  float first, second;
} ck_function;

/// Replaces each element of some rows, `stride` elements apart, by its value under a function.
void ck_apply_to_rows(const ck_function *function, float *elements, size_t rows, size_t columns, size_t stride);

typedef enum ck_binary {
  CK_ADDITION,
  CK_SUBTRACTION,
  CK_MULTIPLICATION,
  CK_DIVISION,
  CK_MINIMUM,  // NaN if either is
  CK_MAXIMUM,  // NaN if either is
  CK_POWER,
} ck_binary;

/// A matrix of operands: element (row, column) lies at row * row_stride + column * column_stride. The column stride
/// is 1, or 0 where one number stands for the whole row; the row stride is anything.
typedef struct ck_operand {
  const void *start;
  ptrdiff_t row_stride;
  ptrdiff_t column_stride;
} ck_operand;

/// output[row][column] = a op b in float32, `output` being dense. `output` may be an operand of the same layout.
void ck_combine(
    ck_tier tier, ck_binary function, ck_operand a, ck_operand b, float *output, size_t rows, size_t columns);

/// real = (q - zero_point) * scale, per tensor.
typedef struct ck_linear {
  float scale;
  int32_t zero_point;
} ck_linear;

/// The same on 8-bit tensors: q = saturate(roundHalfEven(real / scale) + zeroPoint) of the operation on the
/// operands' real numbers, each step in float32. `type` is CK_UINT8 or CK_INT8 and holds for all three.
void ck_combine_quantized(
    ck_tier tier, ck_binary function, ck_integer type, ck_operand a, ck_linear a_parameters, ck_operand b,
    ck_linear b_parameters, void *output, ck_linear output_parameters, size_t rows, size_t columns);

/// output[i] = table[input[i]]. `output` may be `input`.
void ck_map(const uint8_t table[256], const uint8_t *input, uint8_t *output, size_t count);

/// Rows of `columns` bytes, one after the other, looked up in a table; `output_stride` bytes from one row of the output to
/// the next.
void ck_map_rows(
    const uint8_t table[256], const uint8_t *input, uint8_t *output, size_t output_stride, size_t rows, size_t columns);
