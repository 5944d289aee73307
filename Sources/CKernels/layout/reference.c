#include <stdint.h>

#include "layout.h"

#define TRANSPOSE(element)                                                                \
  for (ptrdiff_t column = 0; column < (ptrdiff_t)columns; column++)                       \
    for (ptrdiff_t row = 0; row < (ptrdiff_t)rows; row++)                                 \
      ((element *)output)[column * output_stride + row] =                                 \
          ((const element *)input)[row * input_stride + column];

void ck_transpose_reference(
    size_t width, const void *input, ptrdiff_t input_stride, void *output, ptrdiff_t output_stride, size_t rows,
    size_t columns) {
  switch (width) {
    case 1: TRANSPOSE(uint8_t) break;
    case 2: TRANSPOSE(uint16_t) break;
    case 4: TRANSPOSE(uint32_t) break;
    case 8: TRANSPOSE(uint64_t) break;
  }
}
