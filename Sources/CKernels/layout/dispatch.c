#include <stdint.h>

#include "../support/copy.h"
#include "layout.h"
#include "weave.h"

void ck_transpose(
    ck_tier tier, size_t width, const void *input, ptrdiff_t input_stride, void *output, ptrdiff_t output_stride,
    size_t rows, size_t columns) {
  CK_SELECT(tier, ck_transpose)(width, input, input_stride, output, output_stride, rows, columns);
}

#define COPY_ROW(element)                                                                           \
  if (input_stride == 2 && output_stride == 1) ck_unweave_##element(input, output, columns);        \
  else for (ptrdiff_t i = 0; i < (ptrdiff_t)columns; i++)                                                \
    ((element *)output)[i * output_stride] = ((const element *)input)[i * input_stride];

static void copy_row(
    size_t width, const void *input, ptrdiff_t input_stride, void *output, ptrdiff_t output_stride, size_t columns) {
  if (input_stride == 1 && output_stride == 1) {
    ck_copy_bytes(output, input, columns * width);
    return;
  }
  switch (width) {
    case 1: COPY_ROW(uint8_t) break;
    case 2: COPY_ROW(uint16_t) break;
    case 4: COPY_ROW(uint32_t) break;
    case 8: COPY_ROW(uint64_t) break;
  }
}

void ck_copy_strided(
    size_t width, const void *input, ck_strides input_strides, void *output, ck_strides output_strides, size_t rows,
    size_t columns) {
  const ptrdiff_t bytes = (ptrdiff_t)width;
  for (ptrdiff_t row = 0; row < (ptrdiff_t)rows; row++) {
    const uint8_t *from = (const uint8_t *)input + row * input_strides.row * bytes;
    uint8_t *to = (uint8_t *)output + row * output_strides.row * bytes;
    copy_row(width, from, input_strides.column, to, output_strides.column, columns);
  }
}

void ck_place_rows(const void *input, void *output, size_t output_stride, size_t rows, size_t bytes) {
  for (size_t row = 0; row < rows; row++) {
    ck_copy_bytes((uint8_t *)output + row * output_stride, (const uint8_t *)input + row * bytes, bytes);
  }
}
