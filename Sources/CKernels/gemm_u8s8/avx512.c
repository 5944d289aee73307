#include "families.h"

#if defined(__x86_64__)

#include "../support/compiler.h"
#include "../support/group.h"
#include "../support/output_avx512.h"
#include "../support/rows.h"

/// Tiles are those of the kernel in `gemm_f32`.
enum {
  vector_columns = 16,
  most_rows = 14,
  most_rows_of_pairs = 6,
  most_panels = 4,
  group_bytes = CK_PANEL_COLUMNS * CK_GROUP_ROWS
};

_Static_assert(most_rows <= CK_MOST_ADDRESSED_ROWS, "rows without an address");

/// How many groups of rows of B are multiplied in a row: to save the instructions of a loop.
enum { groups_in_a_row = 4 };

/// Adds the products of one group of rows of B to all sums. `count` is 4, or fewer at the end of a run.
CK_INLINE CK_AVX512 void add_group(
    const int rows, const int panels, const int halves, __m512i sums[][2], const uint8_t **a, const int k,
    ck_row_distances distances, size_t count, const int8_t *b, size_t panel_bytes) {
  __m512i weights[most_panels][2];
  CK_UNROLL for (int panel = 0; panel < panels; panel++) {
    CK_UNROLL for (int half = 0; half < halves; half++) {
      weights[panel][half] = _mm512_loadu_si512(b + panel * panel_bytes + half * (group_bytes / 2));
    }
  }
  CK_UNROLL for (int row = 0; row < rows; row++) {
    const uint8_t *values = (const uint8_t *)ck_in_row(*a, distances, row) + k;
    __m512i factors =
        _mm512_set1_epi32(count == CK_GROUP_ROWS ? ck_load_group(values) : ck_load_partial_group(values, count));
    CK_UNROLL for (int panel = 0; panel < panels; panel++) {
      __m512i *sum = sums[panel * rows + row];
      CK_UNROLL for (int half = 0; half < halves; half++) {
        sum[half] = _mm512_dpbusd_epi32(sum[half], factors, weights[panel][half]);
      }
    }
    // Or else the addresses of all rows would be computed beforehand, and be more than there are registers.
    CK_FORGET(*a);
  }
}

/// `rows` rows of `panels` panels, or of the first of their two halves, with all sums in registers.
CK_INLINE CK_AVX512 void tile(
    const int rows, const int panels, const int halves, const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t first_row,
    size_t first_panel) {
  const size_t panel_bytes = ck_s8_panel_bytes(gemm->run_count, gemm->run_length);
  const int8_t *b = gemm->panels + first_panel * panel_bytes;
  const size_t groups = gemm->run_length / CK_GROUP_ROWS, rest = gemm->run_length % CK_GROUP_ROWS;
  const size_t single_groups = groups % groups_in_a_row, whole = groups - single_groups;
  const ck_row_distances distances = ck_multiples_of(gemm->a_stride);

  __m512i sums[most_rows][2];
  const size_t first_column = first_panel * CK_PANEL_COLUMNS;
  CK_UNROLL for (int panel = 0; panel < panels; panel++) {
    CK_UNROLL for (int half = 0; half < halves; half++) {
      const size_t column = first_column + panel * CK_PANEL_COLUMNS + half * vector_columns;
      const __m512i offsets =
          column < gemm->columns ? load_offsets(&gemm->output, column, gemm->columns) : _mm512_setzero_si512();
      CK_UNROLL for (int row = 0; row < rows; row++) sums[panel * rows + row][half] = offsets;
    }
  }

  for (size_t run = 0; run < gemm->run_count; run++) {
    const uint8_t *at = a + gemm->runs[run];
    const int8_t *end = b + whole * group_bytes;
    for (; b != end; at += groups_in_a_row * CK_GROUP_ROWS, b += groups_in_a_row * group_bytes) {
      CK_UNROLL for (int i = 0; i < groups_in_a_row; i++) {
        const int8_t *group = b + i * group_bytes;
        add_group(
            rows, panels, halves, sums, &at, i * CK_GROUP_ROWS, distances, CK_GROUP_ROWS, group, panel_bytes);
      }
    }
    for (end = b + single_groups * group_bytes; b != end; at += CK_GROUP_ROWS, b += group_bytes) {
      add_group(rows, panels, halves, sums, &at, 0, distances, CK_GROUP_ROWS, b, panel_bytes);
    }
    if (rest > 0) {
      add_group(rows, panels, halves, sums, &at, 0, distances, rest, b, panel_bytes);
      b += group_bytes;
    }
  }

  CK_UNROLL for (int panel = 0; panel < panels; panel++) {
    size_t column = first_column + panel * CK_PANEL_COLUMNS;
    CK_UNROLL for (int half = 0; half < halves; half++, column += vector_columns) {
      if (column >= gemm->columns) break;
      output_columns columns = load_output_columns(&gemm->output, column, gemm->columns);
      __m512i finished[most_rows];
      CK_UNROLL for (int row = 0; row < rows; row++) {
        finished[row] = sums[panel * rows + row][half];
      }
      const size_t stride = gemm->output.stride;
      store_rows(rows, &gemm->output, columns, finished, first_row * stride + column, stride);
    }
  }
}

typedef void (*tile_function)(const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t first_row, size_t panel);

#define TILE(rows, panels, halves)                                                                           \
  CK_AVX512 static void tile_##rows##x##panels##x##halves(                                                   \
      const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t first_row, size_t panel) {                          \
    tile(rows, panels, halves, gemm, a, first_row, panel);                                                   \
  }

#define TILES_OF_HEIGHTS(halves)                                                                             \
  TILE(1, 1, halves) TILE(2, 1, halves) TILE(3, 1, halves) TILE(4, 1, halves) TILE(5, 1, halves)             \
  TILE(6, 1, halves) TILE(7, 1, halves) TILE(8, 1, halves) TILE(9, 1, halves) TILE(10, 1, halves)            \
  TILE(11, 1, halves) TILE(12, 1, halves) TILE(13, 1, halves) TILE(14, 1, halves)

#define LIST_OF_HEIGHTS(halves)                                                                              \
  NULL, tile_1x1x##halves, tile_2x1x##halves, tile_3x1x##halves, tile_4x1x##halves, tile_5x1x##halves,       \
      tile_6x1x##halves, tile_7x1x##halves, tile_8x1x##halves, tile_9x1x##halves, tile_10x1x##halves,        \
      tile_11x1x##halves, tile_12x1x##halves, tile_13x1x##halves, tile_14x1x##halves

TILES_OF_HEIGHTS(1)
TILES_OF_HEIGHTS(2)
TILE(1, 4, 2) TILE(1, 2, 2) TILE(2, 2, 2) TILE(3, 2, 2) TILE(4, 2, 2) TILE(5, 2, 2) TILE(6, 2, 2)

static void strip(
    const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t rows, size_t first_row, size_t first_panel,
    size_t panel_count) {
  static const tile_function half_tiles[most_rows + 1] = {LIST_OF_HEIGHTS(1)};
  static const tile_function tiles[most_rows + 1] = {LIST_OF_HEIGHTS(2)};
  static const tile_function pair_tiles[most_rows_of_pairs + 1] = {
      NULL, tile_1x2x2, tile_2x2x2, tile_3x2x2, tile_4x2x2, tile_5x2x2, tile_6x2x2};
  size_t panel = first_panel;
  size_t end = first_panel + panel_count;
  if (rows == 1) {
    for (; panel + most_panels <= end; panel += most_panels) tile_1x4x2(gemm, a, first_row, panel);
  }
  if (rows <= most_rows_of_pairs) {
    for (; panel + 2 <= end; panel += 2) pair_tiles[rows](gemm, a, first_row, panel);
  }
  for (; panel < end; panel++) {
    bool is_half = gemm->columns - panel * CK_PANEL_COLUMNS <= vector_columns;
    (is_half ? half_tiles : tiles)[rows](gemm, a, first_row, panel);
  }
}

const ck_gemm_u8s8_family ck_gemm_u8s8_avx512 = {
    .strip_rows = most_rows, .tile_rows = most_rows, .strip = strip};

#endif
