/// Writes outputs of integer products one by one: the definition that the vector code follows.
#pragma once
#include "ck_int8_output.h"

static inline float ck_clamp(float value, float minimum, float maximum) {
  value = minimum > value ? minimum : value;
  return maximum < value ? maximum : value;
}

static inline int32_t ck_requantize(const ck_int8_output *output, float value) {
  // Added to a small number, this leaves no bits for a fraction: the sum is rounded as every sum is, ties to even.
  const float no_fraction = 0x1.8p23f;
  float rounded = ck_clamp(value, output->minimum, output->maximum) + no_fraction - no_fraction;
  return (int32_t)rounded + output->zero_point;
}

/// Finishes a sum and stores it at `index`.
static inline void ck_store_output(const ck_int8_output *output, int32_t sum, size_t column, size_t index) {
#if defined(__clang__)
#pragma clang fp contract(off)
#endif
  int32_t offset = output->offsets ? output->offsets[column] : 0;
  int32_t x = (int32_t)((uint32_t)sum + (uint32_t)offset);
  switch (output->type) {
  case CK_OUTPUT_I32: ((int32_t *)output->elements)[index] = x; return;
  case CK_OUTPUT_F32: {
    float value = (float)x * output->multipliers[column];
    if (output->bias) value += output->bias[column];
    if (output->addend) value += output->addend[index];
    ((float *)output->elements)[index] = ck_clamp(value, output->minimum, output->maximum);
    return;
  }
  case CK_OUTPUT_U8:
    ((uint8_t *)output->elements)[index] =
        (uint8_t)ck_requantize(output, (float)x * output->multipliers[column]);
    return;
  case CK_OUTPUT_S8:
    ((int8_t *)output->elements)[index] =
        (int8_t)ck_requantize(output, (float)x * output->multipliers[column]);
    return;
  }
}
