/// What becomes of the 32-bit sums of an integer product.
#pragma once
#include "ck_convert.h"
#include "ck_elementwise.h"
#include <stddef.h>
#include <stdint.h>

typedef enum ck_output_type { CK_OUTPUT_I32, CK_OUTPUT_F32, CK_OUTPUT_U8, CK_OUTPUT_S8 } ck_output_type;

/// How f32 results become bytes of a type, as `ck_quantize` turns them.
typedef struct ck_quantization {
  ck_tier tier;
  ck_integer type;
  float scale;
  int32_t zero_point;
} ck_quantization;

/// With x = sum + offset, wrapping around in 32 bits, an output element is
///   i32:    x
///   f32:    clamp(float(x) · multiplier + bias + addend)
///   u8, s8: round(clamp(float(x) · multiplier)) + zero_point
/// where rounding is to nearest, ties to even, and the limits keep the result in range. Arithmetic is float32, product
/// and sums rounded separately: this is how ONNX Runtime requantizes, so results are the same to the bit.
typedef struct ck_int8_output {
  ck_output_type type;
  /// One for each column, or null for zeros.
  const int32_t *offsets;
  /// One for each column.
  const float *multipliers;
  /// One for each column, or null for zeros. Of f32 outputs only.
  const float *bias;
  /// One for each element, laid out like them, or null for zeros. Of f32 outputs only.
  const float *addend;
  float minimum;
  float maximum;
  int32_t zero_point;
  /// Of what the limits have left, or null for none. Of f32 outputs of matrix products only.
  const ck_function *function;
  /// Of what the function has left, or null for none. Of f32 outputs of matrix products only, without an addend.
  const ck_quantization *quantization;
  /// What becomes of each byte in the end, 256 of them by the bits of the argument, or null where they stay as they are.
  /// Of u8 and s8 outputs only.
  const uint8_t *table;
  /// Elements of the type above; bytes where they are quantized.
  void *elements;
  /// Elements from one row to the next.
  size_t stride;
} ck_int8_output;
