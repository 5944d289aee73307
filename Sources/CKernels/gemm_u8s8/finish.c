#include "ck_gemm_u8s8.h"

#include "../support/output_scalar.h"

void ck_finish_sums(
    const int32_t *sums, size_t rows, size_t groups, size_t columns, const int32_t *zero_points,
    const ck_int8_output *output) {
  for (size_t row = 0; row < rows; row++) {
    for (size_t group = 0; group < groups; group++, sums += columns + 1) {
      uint32_t activations = (uint32_t)sums[columns];
      for (size_t n = 0; n < columns; n++) {
        size_t column = group * columns + n;
        uint32_t sum = (uint32_t)sums[n] - activations * (uint32_t)zero_points[column];
        ck_store_output(output, (int32_t)sum, column, row * output->stride + column);
      }
    }
  }
  if (output->function) {
    ck_apply_to_rows(output->function, (float *)output->elements, rows, groups * columns, output->stride);
  }
}
