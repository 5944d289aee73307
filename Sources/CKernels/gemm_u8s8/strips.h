/// Strips of byte products, with what follows while their results are in the L1 cache.
#pragma once
#include "../support/compiler.h"
#include "ck_gemm_u8s8.h"

/// Looks up the bytes of rows that an output has at `bytes`, where it has a table.
static inline void ck_look_up_rows(const ck_int8_output *output, uint8_t *bytes, size_t rows, size_t columns) {
  if (!output->table) return;
  if (output->stride == columns) {
    ck_map(output->table, bytes, bytes, rows * columns);
    return;
  }
  for (size_t row = 0; row < rows; row++, bytes += output->stride) ck_map(output->table, bytes, bytes, columns);
}

/// Computes a strip of some panels, and looks its bytes up.
static inline void ck_run_byte_strip(
    const ck_gemm_u8s8_family *family, const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t rows, size_t first_row,
    size_t first_panel, size_t panel_count) {
  const ck_int8_output *output = &gemm->output;
  const size_t column = first_panel * CK_PANEL_COLUMNS;
  family->strip(gemm, a, rows, first_row, first_panel, panel_count);
  ck_look_up_rows(
      output, (uint8_t *)output->elements + first_row * output->stride + column, rows,
      ck_smaller(gemm->columns - column, panel_count * CK_PANEL_COLUMNS));
}
