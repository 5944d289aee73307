#include "ck_convolution.h"

#include "../support/compiler.h"

/// With `times` constant where it is not 0, which is then the number given.
CK_INLINE void repeat_f32(const size_t times, size_t given, const float *input, size_t count, float *output) {
  const size_t copies = times > 0 ? times : given;
  for (size_t i = 0; i < count; i++, output += copies) {
    for (size_t copy = 0; copy < copies; copy++) output[copy] = input[i];
  }
}

CK_INLINE void repeat_u8(const size_t times, size_t given, const uint8_t *input, size_t count, uint8_t *output) {
  const size_t copies = times > 0 ? times : given;
  for (size_t i = 0; i < count; i++, output += copies) {
    for (size_t copy = 0; copy < copies; copy++) output[copy] = input[i];
  }
}

void ck_repeat_f32(const float *input, size_t count, size_t times, float *output) {
  switch (times) {
  case 2: repeat_f32(2, times, input, count, output); return;
  case 3: repeat_f32(3, times, input, count, output); return;
  case 4: repeat_f32(4, times, input, count, output); return;
  default: repeat_f32(0, times, input, count, output); return;
  }
}

void ck_repeat_u8(const uint8_t *input, size_t count, size_t times, uint8_t *output) {
  switch (times) {
  case 2: repeat_u8(2, times, input, count, output); return;
  case 3: repeat_u8(3, times, input, count, output); return;
  case 4: repeat_u8(4, times, input, count, output); return;
  default: repeat_u8(0, times, input, count, output); return;
  }
}
