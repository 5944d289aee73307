#include "families.h"

#if defined(__x86_64__)

#include "../support/compiler.h"
#include "../support/group.h"
#include "../support/output_avx512.h"

enum { vector_columns = 16, most_rows = 14, group_bytes = CK_PANEL_COLUMNS * CK_GROUP_ROWS };

/// Adds the products of one group of rows of B to all sums. `count` is 4, or fewer at the end of a run.
CK_INLINE CK_AVX512 void add_group(
    const int rows, const int panels, const int halves, __m512i sums[][2], const uint8_t *const bases[],
    size_t stride, size_t k, size_t count, const int8_t *b, size_t panel_bytes) {
  CK_UNROLL for (int panel = 0; panel < panels; panel++) {
    const int8_t *group = b + panel * panel_bytes;
    __m512i weights[2];
    CK_UNROLL for (int half = 0; half < halves; half++) {
      weights[half] = _mm512_loadu_si512(group + half * (group_bytes / 2));
    }
    if (panels == 1) _mm_prefetch((const char *)group + 1024, _MM_HINT_T0);
    CK_UNROLL for (int row = 0; row < rows; row++) {
      const uint8_t *values = bases[row / 3] + (row % 3) * stride + k;
      __m512i factors =
          _mm512_set1_epi32(count == CK_GROUP_ROWS ? ck_load_group(values) : ck_load_partial_group(values, count));
      __m512i *sum = sums[panel * rows + row];
      CK_UNROLL for (int half = 0; half < halves; half++) {
        sum[half] = _mm512_dpbusd_epi32(sum[half], factors, weights[half]);
      }
    }
  }
}

/// `rows` rows of `panels` panels, or of the first of their two halves, with all sums in registers (see the kernel of
/// the same name in `gemm_f32`).
CK_INLINE CK_AVX512 void tile(
    const int rows, const int panels, const int halves, const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t first_row,
    size_t first_panel) {
  const size_t stride = gemm->a_stride;
  const size_t run_length = gemm->run_length;
  const size_t whole = run_length / CK_GROUP_ROWS * CK_GROUP_ROWS;
  const size_t panel_bytes = ck_s8_panel_bytes(gemm->run_count, run_length);
  const int8_t *b = gemm->panels + first_panel * panel_bytes;
  // Groups that are taken in one turn of the loop, so that its overhead stays small beside few products.
  const int step = rows == 1 ? 4 : rows <= 3 ? 2 : 1;

  __m512i sums[most_rows][2];
  CK_UNROLL for (int i = 0; i < rows * panels; i++) sums[i][0] = sums[i][1] = _mm512_setzero_si512();

  for (size_t run = 0; run < gemm->run_count; run++) {
    // An address can hold a base and one or two strides, so every third row has a base of its own.
    const uint8_t *bases[5];
    CK_UNROLL for (int row = 0; row < rows; row += 3) bases[row / 3] = a + gemm->runs[run] + row * stride;
    size_t k = 0;
    for (; k + step * CK_GROUP_ROWS <= whole; k += step * CK_GROUP_ROWS, b += step * group_bytes) {
      CK_UNROLL for (int i = 0; i < step; i++) {
        add_group(
            rows, panels, halves, sums, bases, stride, k + i * CK_GROUP_ROWS, CK_GROUP_ROWS, b + i * group_bytes,
            panel_bytes);
      }
    }
    for (; step > 1 && k < whole; k += CK_GROUP_ROWS, b += group_bytes) {
      add_group(rows, panels, halves, sums, bases, stride, k, CK_GROUP_ROWS, b, panel_bytes);
    }
    if (whole < run_length) {
      add_group(rows, panels, halves, sums, bases, stride, whole, run_length - whole, b, panel_bytes);
      b += group_bytes;
    }
  }

  CK_UNROLL for (int panel = 0; panel < panels; panel++) {
    size_t column = (first_panel + panel) * CK_PANEL_COLUMNS;
    CK_UNROLL for (int half = 0; half < halves; half++, column += vector_columns) {
      if (column >= gemm->columns) break;
      output_columns columns = load_output_columns(&gemm->output, column, gemm->columns);
      __m512i finished[most_rows];
      CK_UNROLL for (int row = 0; row < rows; row++) {
        finished[row] = _mm512_add_epi32(sums[panel * rows + row][half], columns.offsets);
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
TILE(1, 4, 2) TILE(1, 2, 2) TILE(2, 2, 2) TILE(3, 2, 2)

static void strip(
    const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t rows, size_t first_row, size_t first_panel,
    size_t panel_count) {
  static const tile_function half_tiles[most_rows + 1] = {LIST_OF_HEIGHTS(1)};
  static const tile_function tiles[most_rows + 1] = {LIST_OF_HEIGHTS(2)};
  static const tile_function wide_tiles[4] = {NULL, tile_1x2x2, tile_2x2x2, tile_3x2x2};
  size_t panel = first_panel;
  size_t end = first_panel + panel_count;
  if (rows == 1) {
    for (; panel + 4 <= end; panel += 4) tile_1x4x2(gemm, a, first_row, panel);
  }
  if (rows <= 3) {
    for (; panel + 2 <= end; panel += 2) wide_tiles[rows](gemm, a, first_row, panel);
  }
  for (; panel < end; panel++) {
    bool is_half = gemm->columns - panel * CK_PANEL_COLUMNS <= vector_columns;
    (is_half ? half_tiles : tiles)[rows](gemm, a, first_row, panel);
  }
}

const ck_gemm_u8s8_family ck_gemm_u8s8_avx512 = {
    .strip_rows = most_rows, .tile_rows = most_rows, .strip = strip};

#endif
