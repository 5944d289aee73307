/// Single half-precision numbers, for code that has no vector of them.
#pragma once
#include <stdint.h>
#include <string.h>

static inline float ck_bf16_to_f32(uint16_t bits) {
  uint32_t wide = (uint32_t)bits << 16;
  float value;
  memcpy(&value, &wide, sizeof value);
  return value;
}

/// Exact: every binary16 number, infinity and NaN has its binary32 counterpart.
static inline float ck_f16_to_f32(uint16_t bits) {
  uint32_t sign = (uint32_t)(bits & 0x8000) << 16;
  uint32_t exponent = bits >> 10 & 0x1f;
  uint32_t fraction = bits & 0x3ff;
  uint32_t wide;
  if (exponent == 0) {
    // Zero, or a subnormal number: a count of 2^-24.
    float magnitude = (float)fraction * 0x1p-24f;
    memcpy(&wide, &magnitude, sizeof wide);
  } else if (exponent == 31) {
    wide = 0x7f800000 | fraction << 13;
  } else {
    wide = (exponent + 112) << 23 | fraction << 13;
  }
  wide |= sign;
  float value;
  memcpy(&value, &wide, sizeof value);
  return value;
}
