/// Products of a matrix of activations with a packed matrix of weights, in f32.
///
/// B is packed into panels of `CK_PANEL_COLUMNS` columns: panel after panel, row after row within a panel, the last
/// panel filled up with zeros. Every tier reads the same panels.
///
/// Each element of the product is one chain of multiply-adds in the order of the rows of B, whatever the number of rows
/// of A. So a row's result depends neither on the other rows nor on how rows are shared out to threads.
#pragma once
#include "ck_ahead.h"
#include "ck_elementwise.h"
#include "ck_tier.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CK_PANEL_COLUMNS = 32 };

typedef enum ck_weight_type { CK_WEIGHT_F32 = 0, CK_WEIGHT_F16 = 1, CK_WEIGHT_BF16 = 2 } ck_weight_type;

static inline size_t ck_weight_bytes(ck_weight_type type) {
  return type == CK_WEIGHT_F32 ? sizeof(float) : sizeof(uint16_t);
}

/// C = clamp(scale · A · B + bias + residual).
///
/// A row of A is `run_count` runs of `run_length` neighbours each: one run for a matrix, one for each row of the kernel
/// for a convolution, whose windows overlap and so never exist as a matrix.
typedef struct ck_gemm_f32 {
  const float *a;
  /// Elements from one row of A to the next.
  size_t a_stride;
  /// Where each run begins, in elements from the beginning of the row.
  const size_t *runs;
  size_t run_count;
  size_t run_length;
  /// The rows of a panel between those of one run and those of the next, which are left out.
  size_t run_gap;
  /// What elements of A are rounded with before they are used, `count` of them for a tier, or null for none; only for
  /// matrices, and not with `ck_gemm_f32_run_vector`. Rows are rounded as they are copied to where the kernels read them.
  void (*round)(ck_tier tier, const void *input, void *output, size_t count);
  ck_tier rounding_tier;

  const void *panels;
  ck_weight_type weight_type;
  /// Where a strip of `strip_rows` rows is to leave 16-bit weights as f32, which is exact, for the strips that follow:
  /// panel behind panel, `ck_widened_elements` each, on a cache line. Null where that is not asked for.
  float *widened;
  /// The rows of a panel: `run_count` · `run_length`, or more where a product is taken slice by slice.
  size_t panel_rows;

  size_t rows;
  size_t columns;
  float *c;
  size_t c_stride;
  /// Whether sums begin with what C holds and not with 0: the slice before left them there.
  bool resumes;

  float scale;
  /// One for each column, or null for zeros.
  const float *bias;
  /// Laid out as C, or null for zeros. May be C itself.
  const float *residual;
  /// A NaN stays NaN.
  float minimum;
  float maximum;
  /// Of what the limits have left, or null for none.
  const ck_function *function;

  /// What a strip is to fetch.
  ck_ahead ahead;
} ck_gemm_f32;

/// The elements of a panel that are used.
static inline size_t ck_widened_elements(const ck_gemm_f32 *gemm) {
  return gemm->run_count * gemm->run_length * CK_PANEL_COLUMNS;
}

/// A rectangle of C: some rows and some panels of columns.
typedef struct ck_gemm_part {
  size_t first_row, row_count;
  size_t first_panel, panel_count;
} ck_gemm_part;

typedef struct ck_gemm_f32_family {
  /// The most rows that one call of `strip` computes, and how many it computes at a time.
  size_t strip_rows, tile_rows;

  /// Computes `rows` rows from the row at `a` on for some panels. `c` is the first element of the first row of C.
  void (*strip)(
      const ck_gemm_f32 *gemm, const float *a, size_t rows, float *c, size_t first_panel, size_t panel_count);

  /// Whether strips fetch what is ahead.
  bool fetches;

  /// The number of rows, more than a strip, from which on 16-bit weights are better widened once than wherever they are
  /// used; 0 where they never are.
  size_t widening_rows;

  /// The sum of the products of two vectors.
  float (*dot)(const float *x, const float *y, size_t count);
} ck_gemm_f32_family;

/// The kernels of a tier.
const ck_gemm_f32_family *ck_gemm_f32_for(ck_tier tier);

/// Computes a part of C.
void ck_gemm_f32_run(const ck_gemm_f32_family *family, const ck_gemm_f32 *gemm, ck_gemm_part part);

/// Computes rows of C where B is one column, given as a plain vector in `panels`.
void ck_gemm_f32_run_vector(
    const ck_gemm_f32_family *family, const ck_gemm_f32 *gemm, size_t first_row, size_t row_count);

/// Where the elements of a matrix of weights lie: that of row k and column n at `rows[k] + n · column_stride`.
typedef struct ck_weight_layout {
  const size_t *rows;
  size_t row_count;
  size_t column_stride;
  size_t columns;
} ck_weight_layout;

/// Writes some panels of a matrix of 4-byte elements; `panels` is where the first panel of all goes.
void ck_pack_panels_32(
    const uint32_t *weights, ck_weight_layout layout, size_t first_panel, size_t panel_count, uint32_t *panels);

/// The same for 2-byte elements.
void ck_pack_panels_16(
    const uint16_t *weights, ck_weight_layout layout, size_t first_panel, size_t panel_count, uint16_t *panels);
