#include "families.h"

#if defined(__aarch64__)

#include "../support/compiler.h"
#include "../support/group.h"
#include "../support/output_neon.h"

/// A tile is one half of a panel wide. The instructions multiply signed bytes by signed ones, so 128 is subtracted from
/// activations and, times the sum of the column, added to the result.
enum { most_rows = 4, half_panel = 16, quarters = 4, group_bytes = CK_PANEL_COLUMNS * CK_GROUP_ROWS };

/// Adds to each lane the products of its four bytes.
CK_INLINE int32x4_t add_products(int32x4_t sum, int8x16_t a, int8x16_t b) {
#if defined(__ARM_FEATURE_DOTPROD)
  return vdotq_s32(sum, a, b);
#else
  // A product fits 16 bits; the sum of two need not.
  int32x4_t low = vpaddlq_s16(vmull_s8(vget_low_s8(a), vget_low_s8(b)));
  int32x4_t high = vpaddlq_s16(vmull_high_s8(a, b));
  return vaddq_s32(sum, vpaddq_s32(low, high));
#endif
}

/// Adds the products of one group of rows of B. `count` is 4, or fewer at the end of a run.
CK_INLINE void add_group(
    const int rows, int32x4_t sums[][quarters], const uint8_t *values, size_t stride, size_t count,
    const int8_t *b) {
  int8x16_t weights[quarters];
  CK_UNROLL for (int quarter = 0; quarter < quarters; quarter++) weights[quarter] = vld1q_s8(b + quarter * 16);
  CK_UNROLL for (int row = 0; row < rows; row++) {
    const uint8_t *group = values + row * stride;
    int32_t bytes = count == CK_GROUP_ROWS ? ck_load_group(group) : ck_load_partial_group(group, count);
    int8x16_t factors = veorq_s8(vreinterpretq_s8_s32(vdupq_n_s32(bytes)), vdupq_n_s8(-128));
    CK_UNROLL for (int quarter = 0; quarter < quarters; quarter++) {
      sums[row][quarter] = add_products(sums[row][quarter], factors, weights[quarter]);
    }
  }
}

CK_INLINE void tile(
    const int rows, const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t first_row, size_t first_column) {
  const size_t stride = gemm->a_stride;
  const size_t run_length = gemm->run_length;
  const size_t whole = run_length / CK_GROUP_ROWS * CK_GROUP_ROWS;
  const int8_t *b = gemm->panels +
                    first_column / CK_PANEL_COLUMNS * ck_s8_panel_bytes(gemm->run_count, run_length) +
                    first_column % CK_PANEL_COLUMNS * CK_GROUP_ROWS;

  int32x4_t sums[most_rows][quarters];
  CK_UNROLL for (int quarter = 0; quarter < quarters; quarter++) {
    int32x4_t column_sums = vld1q_s32(gemm->column_sums + first_column + quarter * lanes);
    CK_UNROLL for (int row = 0; row < rows; row++) sums[row][quarter] = vshlq_n_s32(column_sums, 7);
  }
  for (size_t run = 0; run < gemm->run_count; run++) {
    const uint8_t *values = a + gemm->runs[run];
    for (size_t k = 0; k < whole; k += CK_GROUP_ROWS, b += group_bytes) {
      add_group(rows, sums, values + k, stride, CK_GROUP_ROWS, b);
    }
    if (whole < run_length) {
      add_group(rows, sums, values + whole, stride, run_length - whole, b);
      b += group_bytes;
    }
  }

  CK_UNROLL for (int quarter = 0; quarter < quarters; quarter++) {
    size_t column = first_column + quarter * lanes;
    if (column >= gemm->columns) break;
    output_columns columns = load_output_columns(&gemm->output, column, gemm->columns);
    CK_UNROLL for (int row = 0; row < rows; row++) {
      size_t index = (first_row + row) * gemm->output.stride + column;
      store_output(&gemm->output, columns, sums[row][quarter], index);
    }
  }
}

typedef void (*tile_function)(
    const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t first_row, size_t first_column);

#define TILE(rows)                                                                                           \
  static void tile_##rows(                                                                                   \
      const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t first_row, size_t first_column) {                   \
    tile(rows, gemm, a, first_row, first_column);                                                            \
  }

TILE(1) TILE(2) TILE(3) TILE(4)

static void strip(
    const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t rows, size_t first_row, size_t first_panel,
    size_t panel_count) {
  static const tile_function tiles[most_rows + 1] = {NULL, tile_1, tile_2, tile_3, tile_4};
  size_t first = first_panel * CK_PANEL_COLUMNS;
  size_t end = ck_smaller(first + panel_count * CK_PANEL_COLUMNS, gemm->columns);
  for (size_t column = first; column < end; column += half_panel) tiles[rows](gemm, a, first_row, column);
}

const ck_gemm_u8s8_family ck_gemm_u8s8_neon = {
    .strip_rows = most_rows, .tile_rows = most_rows, .strip = strip};

#endif
