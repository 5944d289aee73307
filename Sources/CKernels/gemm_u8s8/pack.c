#include "ck_gemm_u8s8.h"

#include "../support/compiler.h"

#include <stdlib.h>
#include <string.h>

static size_t groups_per_run(size_t run_length) { return ck_parts(run_length, CK_GROUP_ROWS); }

/// Bytes of the sums of pairs of half a panel. They are read in whole vectors.
static size_t pair_sum_bytes(size_t groups) { return ck_parts(groups, 32) * 32; }

static size_t weight_bytes(size_t groups) { return groups * CK_PANEL_COLUMNS * CK_GROUP_ROWS; }

size_t ck_s8_panel_bytes(size_t run_count, size_t run_length) {
  size_t groups = run_count * groups_per_run(run_length);
  return weight_bytes(groups) + 2 * pair_sum_bytes(groups);
}

const uint8_t *ck_s8_pair_sums(const int8_t *panel, size_t groups, size_t half) {
  return (const uint8_t *)panel + weight_bytes(groups) + half * pair_sum_bytes(groups);
}

/// The largest magnitude of a sum of two neighbours among `count` weights, at most 255.
static uint8_t largest_pair_sum(const int8_t *weights, size_t count) {
  int largest = 0;
  for (size_t i = 0; i < count; i += 2) {
    int size = abs(weights[i] + weights[i + 1]);
    if (size > largest) largest = size;
  }
  return (uint8_t)ck_smaller((size_t)largest, 255);
}

static void write_pair_sums(int8_t *panel, size_t groups) {
  const size_t half_group = CK_PANEL_COLUMNS / 2 * CK_GROUP_ROWS;
  uint8_t *sums = (uint8_t *)panel + weight_bytes(groups);
  for (size_t half = 0; half < 2; half++, sums += pair_sum_bytes(groups)) {
    for (size_t group = 0; group < groups; group++) {
      sums[group] = largest_pair_sum(panel + (2 * group + half) * half_group, half_group);
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
    write_pair_sums(panels + panel * panel_bytes, run_count * groups_per_run(run_length));
  }
}
