#pragma once
#include <stddef.h>
#include <stdint.h>

#include "ck_tier.h"

/// What a conversion to a narrower floating-point type lost beyond rounding. NaN and infinities never count.
typedef struct ck_narrowing_loss {
  uint64_t overflowed;   // finite numbers that became infinite
  uint64_t underflowed;  // numbers other than zero that became zero
} ck_narrowing_loss;

// Every pointer to more than bytes may be unaligned: tensors are converted where a mapped file has them.
// Rounding is to nearest, ties to even. Denormals are kept. A NaN becomes a quiet NaN of the same sign.

/// Float32 to float16 and bfloat16. `loss` is added to.
void ck_narrow_to_f16(ck_tier tier, const void *input, void *output, size_t count, ck_narrowing_loss *loss);
void ck_narrow_to_bf16(ck_tier tier, const void *input, void *output, size_t count, ck_narrowing_loss *loss);

/// Float16 and bfloat16 to float32, exactly.
void ck_widen_f16(ck_tier tier, const void *input, void *output, size_t count);
void ck_widen_bf16(ck_tier tier, const void *input, void *output, size_t count);

/// Float32 to the nearest number that float16 or bfloat16 has, as float32: what narrowing and widening again give.
void ck_round_to_f16(ck_tier tier, const void *input, void *output, size_t count);
void ck_round_to_bf16(ck_tier tier, const void *input, void *output, size_t count);

/// The integer types of quantized tensors.
typedef enum ck_integer {
  CK_UINT8 = 0,
  CK_INT8 = 1,
  CK_UINT16 = 2,
  CK_INT16 = 3,
  CK_INT32 = 4,  // dequantized only
} ck_integer;

/// How scales apply to a dense array: elements [outer][channels][inner], one scale and zero point per channel.
/// One channel and one outer row is "per tensor".
typedef struct ck_channels {
  size_t channels;
  size_t inner;
  const float *scales;
  const int32_t *zero_points;
} ck_channels;

/// Elements `begin ..< end` of an array: y = saturate(roundHalfEven(x / scale) + zeroPoint), the division being a
/// true float32 division (ONNX QuantizeLinear). NaN gives the smallest value of the type. `input` and `output`
/// are the starts of the whole arrays. `type` is one of the 8- and 16-bit types.
void ck_quantize(
    ck_tier tier, ck_integer type, const void *input, void *output, size_t begin, size_t end, ck_channels channels);

/// Elements `begin ..< end` of an array: y = (x - zeroPoint) * scale (ONNX DequantizeLinear), the difference taken
/// in 32-bit integers.
void ck_dequantize(
    ck_tier tier, ck_integer type, const void *input, void *output, size_t begin, size_t end, ck_channels channels);
