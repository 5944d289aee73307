/// Strips of rows, and products that are taken some rows of B at a time, with the sums in C in between.
#pragma once
#include "ck_gemm_f32.h"

#include "../support/compiler.h"

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
