// One number and one tap at a time, each tap with its own bounds check.
#include <math.h>

#include "../lanes/fold.h"
#include "pooling.h"

#pragma STDC FP_CONTRACT OFF

enum { PADDING = -1, BEYOND = -2 };

/// The input index of a tap, or where it lies otherwise.
static ptrdiff_t place_of(const ck_pool_axis *axis, ptrdiff_t output, ptrdiff_t tap) {
  const ptrdiff_t place = output * axis->stride - axis->pad_begin + tap * axis->dilation;
  if (place >= 0 && place < axis->input) return place;
  return place < axis->input + axis->pad_end ? PADDING : BEYOND;
}

/// Calls `BODY` for each number of each window, as `index` into the input, and `FINISH` after each window, for the
/// output `target`. `padding` is how many places of the window so far are padding.
#define POOL(BEGIN, BODY, FINISH)                                                                             \
  const ck_pool_axis *const axes = shape->axes;                                                               \
  for (size_t row = begin; row < end; row++)                                                                  \
    for (ptrdiff_t x = 0; x < axes[2].output; x++)                                                            \
      for (size_t channel = 0; channel < shape->channels; channel++) {                                        \
        const ptrdiff_t y = (ptrdiff_t)row % axes[1].output;                                                  \
        const ptrdiff_t z = (ptrdiff_t)row / axes[1].output % axes[0].output;                                 \
        const ptrdiff_t batch = (ptrdiff_t)row / axes[1].output / axes[0].output;                             \
        size_t padding = 0;                                                                                   \
        BEGIN;                                                                                                \
        for (ptrdiff_t i = 0; i < axes[0].kernel; i++)                                                        \
          for (ptrdiff_t j = 0; j < axes[1].kernel; j++)                                                      \
            for (ptrdiff_t k = 0; k < axes[2].kernel; k++) {                                                  \
              const ptrdiff_t place[] = {place_of(&axes[0], z, i), place_of(&axes[1], y, j),                  \
                                         place_of(&axes[2], x, k)};                                           \
              if (place[0] == BEYOND || place[1] == BEYOND || place[2] == BEYOND) continue;                   \
              if (place[0] == PADDING || place[1] == PADDING || place[2] == PADDING) {                        \
                padding++;                                                                                    \
                continue;                                                                                     \
              }                                                                                               \
              const ptrdiff_t plane = (batch * axes[0].input + place[0]) * axes[1].input + place[1];          \
              const size_t index = (size_t)(plane * axes[2].input + place[2]) * shape->channels + channel;    \
              BODY;                                                                                           \
            }                                                                                                 \
        const size_t target = (row * (size_t)axes[2].output + (size_t)x) * shape->channels + channel;         \
        FINISH;                                                                                               \
      }

void ck_max_pool_f32_reference(
    const ck_pool_shape *shape, const float *input, float *output, size_t begin, size_t end) {
  POOL(float largest = -INFINITY, largest = CK_LARGER_OR_NAN(largest, input[index]), {
    (void)padding;
    output[target] = largest;
  })
}

static int32_t load(ck_integer type, const void *input, size_t index) {
  return type == CK_INT8 ? ((const int8_t *)input)[index] : ((const uint8_t *)input)[index];
}

void ck_max_pool_8_reference(
    ck_integer type, const ck_pool_shape *shape, const void *input, void *output, size_t begin, size_t end) {
  POOL(int32_t largest = type == CK_INT8 ? -128 : 0, largest = CK_LARGER(largest, load(type, input, index)), {
    (void)padding;
    ((uint8_t *)output)[target] = (uint8_t)largest;
  })
}

void ck_average_pool_f32_reference(
    const ck_pool_shape *shape, const float *input, float *output, size_t begin, size_t end) {
  POOL(float sum = 0; size_t count = 0, (sum += input[index], count++), {
    output[target] = sum / (float)(shape->counts_padding ? count + padding : count);
  })
}

void ck_average_pool_8_reference(
    ck_integer type, const ck_pool_shape *shape, const void *input, ck_linear input_parameters, void *output,
    ck_linear output_parameters, size_t begin, size_t end) {
  const double smallest = type == CK_INT8 ? -128 : 0, largest = type == CK_INT8 ? 127 : 255;
  POOL(int32_t sum = 0; size_t count = 0,
       (sum += load(type, input, index) - input_parameters.zero_point, count++), {
         const float counted = (float)(shape->counts_padding ? count + padding : count);
         const float factor = input_parameters.scale / (output_parameters.scale * counted);
         const double shifted = (double)rintf((float)sum * factor) + output_parameters.zero_point;
         const double value = !(shifted > smallest) ? smallest : shifted > largest ? largest : shifted;
         ((uint8_t *)output)[target] = (uint8_t)(int32_t)value;
       })
}

void ck_average_pool_real_8_reference(
    ck_integer type, const ck_pool_shape *shape, const void *input, ck_linear input_parameters, void *output,
    ck_linear output_parameters, size_t begin, size_t end) {
  const float smallest = type == CK_INT8 ? -128 : 0, largest = type == CK_INT8 ? 127 : 255;
  POOL(float sum = 0; size_t count = 0,
       (sum += (float)(load(type, input, index) - input_parameters.zero_point) * input_parameters.scale, count++), {
         const float mean = sum / (float)(shape->counts_padding ? count + padding : count);
         const float shifted = rintf(mean / output_parameters.scale + (float)output_parameters.zero_point);
         const float value = !(shifted > smallest) ? smallest : shifted > largest ? largest : shifted;
         ((uint8_t *)output)[target] = (uint8_t)(int32_t)value;
       })
}
