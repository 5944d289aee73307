#include "ck_gemm_u8s8.h"

#include "../support/compiler.h"

#include <stdlib.h>
#include <string.h>

static size_t groups_per_run(size_t run_length) { return ck_parts(run_length, CK_GROUP_ROWS); }

static size_t weight_bytes(size_t groups) { return groups * CK_PANEL_COLUMNS * CK_GROUP_ROWS; }

static size_t limit_bytes(size_t groups) { return ck_parts(groups, CK_LIMIT_GROUPS) * CK_LIMIT_BYTES; }

size_t ck_s8_panel_bytes(size_t run_count, size_t run_length) {
  size_t groups = run_count * groups_per_run(run_length);
  return weight_bytes(groups) + limit_bytes(groups);
}

const uint8_t *ck_s8_pair_limits(const int8_t *panel, size_t groups) {
  return (const uint8_t *)panel + weight_bytes(groups);
}

/// The limit of pairs of weights that lie `CK_GROUP_ROWS` apart.
static uint8_t pair_limit(const int8_t *weights, size_t count) {
  int largest = 1;
  for (size_t i = 0; i < count; i++, weights += CK_GROUP_ROWS) {
    int size = abs(weights[0] + weights[1]);
    if (size > largest) largest = size;
  }
  return (uint8_t)ck_smaller((size_t)(INT16_MAX / largest), UINT8_MAX);
}

static void write_pair_limits(int8_t *panel, size_t groups) {
  const size_t columns = CK_PANEL_COLUMNS / 2;
  uint8_t *limits = (uint8_t *)panel + weight_bytes(groups);
  for (size_t group = 0; group < groups; group++) {
    uint8_t *target = limits + group / CK_LIMIT_GROUPS * CK_LIMIT_BYTES + group % CK_LIMIT_GROUPS;
    for (size_t i = 0; i < 4; i++, target += CK_LIMIT_GROUPS) {
      const size_t column = group * CK_PANEL_COLUMNS + i / 2 * columns;
      *target = pair_limit(panel + column * CK_GROUP_ROWS + i % 2 * 2, columns);
    }
  }
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
  for (size_t panel = 0; panel < panel_count; panel++) {
    write_pair_limits(panels + panel * panel_bytes, run_count * groups_per_run(run_length));
  }
}
