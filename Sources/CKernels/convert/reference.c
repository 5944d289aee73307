// The definition of each conversion, one number at a time.
#include "convert.h"

#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

static uint32_t load_bits(const void *input, size_t index) {
  uint32_t bits;
  memcpy(&bits, (const uint8_t *)input + index * sizeof bits, sizeof bits);
  return bits;
}

static void store_bits(void *output, size_t index, uint32_t bits) {
  memcpy((uint8_t *)output + index * sizeof bits, &bits, sizeof bits);
}

static float load_float(const void *input, size_t index) {
  float value;
  memcpy(&value, (const uint8_t *)input + index * sizeof value, sizeof value);
  return value;
}

static void store_float(void *output, size_t index, float value) {
  memcpy((uint8_t *)output + index * sizeof value, &value, sizeof value);
}

static uint16_t load_half(const void *input, size_t index) {
  uint16_t bits;
  memcpy(&bits, (const uint8_t *)input + index * sizeof bits, sizeof bits);
  return bits;
}

static void store_half(void *output, size_t index, uint16_t bits) {
  memcpy((uint8_t *)output + index * sizeof bits, &bits, sizeof bits);
}

/// Drops the low `shift` bits of `value`, rounding to nearest, ties to even.
static uint32_t shift_rounding(uint32_t value, uint32_t shift) {
  const uint32_t kept = value >> shift;
  const uint32_t dropped = value & ((1u << shift) - 1);
  const uint32_t half = 1u << (shift - 1);
  return kept + (dropped > half || (dropped == half && (kept & 1)));
}

static uint16_t f16_from_f32(uint32_t bits) {
  const uint32_t sign = bits >> 16 & 0x8000;
  const uint32_t magnitude = bits & 0x7FFFFFFF;
  if (magnitude > CK_F32_INFINITY) return sign | 0x7E00 | (magnitude >> 13 & 0x3FF);
  if (magnitude >= CK_F16_FIRST_OVERFLOW) return sign | 0x7C00;
  // Normal: the exponent bias falls from 127 to 15; a carry out of the fraction rightly raises the exponent.
  if (magnitude >= 0x38800000) return sign | shift_rounding(magnitude - (112u << 23), 13);
  if (magnitude <= CK_F16_LAST_UNDERFLOW) return sign;
  // Denormal: a multiple of 2^-24, so the fraction with its leading one moves right as the exponent falls.
  const uint32_t exponent = magnitude >> 23;
  return sign | shift_rounding((magnitude & 0x7FFFFF) | 0x800000, 126 - exponent);
}

static uint32_t f32_from_f16(uint16_t half) {
  const uint32_t sign = (uint32_t)(half & 0x8000) << 16;
  const uint32_t exponent = half >> 10 & 0x1F;
  uint32_t fraction = half & 0x3FF;
  if (exponent == 0x1F) {
    const uint32_t quiet = fraction ? 0x400000 : 0;
    return sign | CK_F32_INFINITY | quiet | fraction << 13;
  }
  if (exponent > 0) return sign | (exponent + 112) << 23 | fraction << 13;
  if (fraction == 0) return sign;
  uint32_t scale = 113;
  for (; !(fraction & 0x400); fraction <<= 1) scale--;
  return sign | scale << 23 | (fraction & 0x3FF) << 13;
}

static uint16_t bf16_from_f32(uint32_t bits) {
  if ((bits & 0x7FFFFFFF) > CK_F32_INFINITY) return bits >> 16 | 0x40;
  return shift_rounding(bits, 16);
}

static uint32_t f32_from_bf16(uint16_t half) {
  const uint32_t bits = (uint32_t)half << 16;
  return (bits & 0x7FFFFFFF) > CK_F32_INFINITY ? bits | 0x400000 : bits;
}

static void count_loss(uint32_t bits, uint32_t first_overflow, uint32_t last_underflow, ck_narrowing_loss *loss) {
  const uint32_t magnitude = bits & 0x7FFFFFFF;
  loss->overflowed += magnitude >= first_overflow && magnitude < CK_F32_INFINITY;
  loss->underflowed += magnitude > 0 && magnitude <= last_underflow;
}

void ck_narrow_to_f16_reference(const void *input, void *output, size_t count, ck_narrowing_loss *loss) {
  for (size_t i = 0; i < count; i++) {
    const uint32_t bits = load_bits(input, i);
    store_half(output, i, f16_from_f32(bits));
    count_loss(bits, CK_F16_FIRST_OVERFLOW, CK_F16_LAST_UNDERFLOW, loss);
  }
}

void ck_narrow_to_bf16_reference(const void *input, void *output, size_t count, ck_narrowing_loss *loss) {
  for (size_t i = 0; i < count; i++) {
    const uint32_t bits = load_bits(input, i);
    store_half(output, i, bf16_from_f32(bits));
    count_loss(bits, CK_BF16_FIRST_OVERFLOW, CK_BF16_LAST_UNDERFLOW, loss);
  }
}

void ck_widen_f16_reference(const void *input, void *output, size_t count) {
  for (size_t i = 0; i < count; i++) store_bits(output, i, f32_from_f16(load_half(input, i)));
}

void ck_widen_bf16_reference(const void *input, void *output, size_t count) {
  for (size_t i = 0; i < count; i++) store_bits(output, i, f32_from_bf16(load_half(input, i)));
}

void ck_round_to_f16_reference(const void *input, void *output, size_t count) {
  for (size_t i = 0; i < count; i++) store_bits(output, i, f32_from_f16(f16_from_f32(load_bits(input, i))));
}

void ck_round_to_bf16_reference(const void *input, void *output, size_t count) {
  for (size_t i = 0; i < count; i++) store_bits(output, i, f32_from_bf16(bf16_from_f32(load_bits(input, i))));
}

void ck_quantize_run_reference(
    ck_integer type, const void *input, void *output, size_t count, const float *scales, const int32_t *zero_points,
    size_t step) {
  const ck_integer_range range = ck_range_of(type);
  for (size_t i = 0; i < count; i++) {
    const int32_t zero_point = zero_points[i * step];
    const double rounded = rintf(load_float(input, i) / scales[i * step]);
    const double shifted = rounded + zero_point;
    // A comparison with NaN is false, which makes NaN the smallest value.
    const int32_t value = !(shifted > range.smallest) ? range.smallest
                          : shifted > range.largest   ? range.largest
                                                      : (int32_t)shifted;
    if (range.width == 1) ((uint8_t *)output)[i] = (uint8_t)value;
    else store_half(output, i, (uint16_t)value);
  }
}

static int32_t load_integer(ck_integer type, const void *input, size_t index) {
  switch (type) {
    case CK_UINT8: return ((const uint8_t *)input)[index];
    case CK_INT8: return ((const int8_t *)input)[index];
    case CK_UINT16: return load_half(input, index);
    case CK_INT16: return (int16_t)load_half(input, index);
    case CK_INT32: return (int32_t)load_bits(input, index);
  }
}

void ck_dequantize_run_reference(
    ck_integer type, const void *input, void *output, size_t count, const float *scales, const int32_t *zero_points,
    size_t step) {
  for (size_t i = 0; i < count; i++) {
    const uint32_t difference = (uint32_t)load_integer(type, input, i) - (uint32_t)zero_points[i * step];
    store_float(output, i, (float)(int32_t)difference * scales[i * step]);
  }
}
