/// Strips of rows, and products that are taken some rows of B at a time, with the sums in C in between.
#pragma once
#include "ck_gemm_f32.h"

#include "../support/compiler.h"
#include "../support/fetch.h"

#include <math.h>

/// Has the sums of a slice stay in C as they are, for a later slice to go on with.
static inline void ck_leave_sums(ck_gemm_f32 *gemm) {
  gemm->scale = 1;
  gemm->bias = NULL;
  gemm->residual = NULL;
  gemm->minimum = -INFINITY;
  gemm->maximum = INFINITY;
  gemm->function = NULL;
}

/// The height of the next strip when `remaining` rows are to be cut into strips of nearly equal height, in whole tiles
/// where a strip has several.
static inline size_t ck_next_strip_f32(const ck_gemm_f32_family *family, size_t remaining) {
  size_t tile_rows = family->tile_rows < family->strip_rows ? family->tile_rows : 1;
  size_t strips = ck_parts(remaining, family->strip_rows);
  return ck_smaller(ck_parts(ck_parts(remaining, tile_rows), strips) * tile_rows, remaining);
}

/// Computes a strip and its function, while the results are in the L1 cache.
static inline void ck_run_strip(
    const ck_gemm_f32_family *family, const ck_gemm_f32 *gemm, const float *a, size_t rows, float *c,
    size_t first_panel, size_t panel_count) {
  family->strip(gemm, a, rows, c, first_panel, panel_count);
  if (gemm->function == NULL) return;
  size_t column = first_panel * CK_PANEL_COLUMNS;
  size_t columns = ck_smaller(gemm->columns - column, panel_count * CK_PANEL_COLUMNS);
  ck_apply_to_rows(gemm->function, c + column, rows, columns, gemm->c_stride);
}
