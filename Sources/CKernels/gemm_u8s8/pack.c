#include "ck_gemm_u8s8.h"

#include "../support/compiler.h"

#include <string.h>

static size_t groups_per_run(size_t run_length) { return ck_parts(run_length, CK_GROUP_ROWS); }

size_t ck_s8_panel_bytes(size_t run_count, size_t run_length) {
  return run_count * groups_per_run(run_length) * CK_PANEL_COLUMNS * CK_GROUP_ROWS;
}

void ck_pack_panels_s8(
    const uint8_t *weights, ck_weight_layout layout, size_t run_count, uint8_t flip, int8_t *panels,
    int32_t *column_sums) {
  size_t run_length = run_count > 0 ? layout.row_count / run_count : 0;
  size_t panel_bytes = ck_s8_panel_bytes(run_count, run_length);
  size_t panel_count = ck_parts(layout.columns, CK_PANEL_COLUMNS);
  memset(panels, 0, panel_count * panel_bytes);
  memset(column_sums, 0, panel_count * CK_PANEL_COLUMNS * sizeof *column_sums);
  for (size_t row = 0; row < layout.row_count; row++) {
    size_t k = row % run_length;
    size_t group = row / run_length * groups_per_run(run_length) + k / CK_GROUP_ROWS;
    for (size_t n = 0; n < layout.columns; n++) {
      int8_t weight = (int8_t)(weights[layout.rows[row] + n * layout.column_stride] ^ flip);
      size_t column = group * CK_PANEL_COLUMNS + n % CK_PANEL_COLUMNS;
      panels[n / CK_PANEL_COLUMNS * panel_bytes + column * CK_GROUP_ROWS + k % CK_GROUP_ROWS] = weight;
      column_sums[n] += weight;
    }
  }
}
