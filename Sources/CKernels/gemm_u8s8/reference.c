#include "families.h"

#include "../support/compiler.h"
#include "../support/output_scalar.h"

static int32_t sum_of_products(const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t column) {
  size_t panel_bytes = ck_s8_panel_bytes(gemm->run_count, gemm->run_length);
  const int8_t *weights = gemm->panels + column / CK_PANEL_COLUMNS * panel_bytes +
                          column % CK_PANEL_COLUMNS * CK_GROUP_ROWS;
  // Unsigned, because the sum of very many products wraps around as it does in the vector instructions.
  uint32_t sum = 0;
  for (size_t run = 0; run < gemm->run_count; run++) {
    const uint8_t *values = a + gemm->runs[run];
    for (size_t k = 0; k < gemm->run_length; k += CK_GROUP_ROWS, weights += CK_PANEL_COLUMNS * CK_GROUP_ROWS) {
      size_t rows = ck_smaller(gemm->run_length - k, CK_GROUP_ROWS);
      for (size_t i = 0; i < rows; i++) sum += (uint32_t)(values[k + i] * weights[i]);
    }
  }
  return (int32_t)sum;
}

static void strip(
    const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t rows, size_t first_row, size_t first_panel,
    size_t panel_count) {
  size_t first = first_panel * CK_PANEL_COLUMNS;
  size_t end = ck_smaller(first + panel_count * CK_PANEL_COLUMNS, gemm->columns);
  for (size_t row = 0; row < rows; row++) {
    for (size_t n = first; n < end; n++) {
      int32_t sum = sum_of_products(gemm, a + row * gemm->a_stride, n);
      ck_store_output(&gemm->output, sum, n, (first_row + row) * gemm->output.stride + n);
    }
  }
}

const ck_gemm_u8s8_family ck_gemm_u8s8_reference = {.strip_rows = 4, .tile_rows = 4, .strip = strip};
