#include "finish.h"

#include "../support/memory.h"
#include "../support/output_scalar.h"
#include "ck_gemm_u8s8.h"
#include "strips.h"

#include <string.h>

/// Copies rows that lie side by side to where they are `stride` apart.
static void spread_rows(const uint8_t *bytes, size_t rows, size_t columns, uint8_t *target, size_t stride) {
  for (size_t row = 0; row < rows; row++, bytes += columns, target += stride) {
    // The width of most strips, which takes no call.
    if (columns == CK_PANEL_COLUMNS) memcpy(target, bytes, CK_PANEL_COLUMNS);
    else memcpy(target, bytes, columns);
  }
}

void ck_finish_quantized(
    const ck_int8_output *output, float *results, size_t rows, size_t columns, uint8_t *target) {
  const ck_quantization *quantization = output->quantization;
  const size_t count = rows * columns;
  uint8_t *bytes = (uint8_t *)(results + count);
  const ck_channels whole = {
      .channels = 1, .inner = count, .scales = &quantization->scale, .zero_points = &quantization->zero_point};
  if (output->function) ck_apply_to_rows(output->function, results, 1, count, count);
  ck_quantize(quantization->tier, quantization->type, results, bytes, 0, count, whole);
  spread_rows(bytes, rows, columns, target, output->stride);
}

/// The finished sums of a row, which belong at `index` on.
static void finish_row(
    const int32_t *sums, size_t groups, size_t columns, const int32_t *zero_points, const ck_int8_output *output,
    size_t index) {
  for (size_t group = 0; group < groups; group++, sums += columns + 1) {
    uint32_t activations = (uint32_t)sums[columns];
    for (size_t n = 0; n < columns; n++) {
      size_t column = group * columns + n;
      uint32_t sum = (uint32_t)sums[n] - activations * (uint32_t)zero_points[column];
      ck_store_output(output, (int32_t)sum, column, index + column);
    }
  }
}

void ck_finish_sums(
    const int32_t *sums, size_t rows, size_t groups, size_t columns, const int32_t *zero_points,
    const ck_int8_output *output) {
  const size_t width = groups * columns, row_sums = groups * (columns + 1);
  if (output->quantization) {
    ck_int8_output real = *output;
    real.elements = ck_allocate(width * CK_QUANTIZED_RESULT_BYTES);
    for (size_t row = 0; row < rows; row++, sums += row_sums) {
      finish_row(sums, groups, columns, zero_points, &real, 0);
      uint8_t *bytes = (uint8_t *)output->elements + row * output->stride;
      ck_finish_quantized(output, real.elements, 1, width, bytes);
      ck_look_up_rows(output, bytes, 1, width);
    }
    ck_free(real.elements);
    return;
  }
  for (size_t row = 0; row < rows; row++, sums += row_sums) {
    finish_row(sums, groups, columns, zero_points, output, row * output->stride);
  }
  ck_look_up_rows(output, output->elements, rows, width);
  if (output->function) {
    ck_apply_to_rows(output->function, (float *)output->elements, rows, width, output->stride);
  }
}
