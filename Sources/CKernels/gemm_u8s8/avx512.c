#include "families.h"

#if defined(__x86_64__)

#include "../support/compiler.h"
#include "../support/group.h"
#include "../support/output_avx512.h"

enum { vector_columns = 16, most_rows = 14, group_bytes = CK_PANEL_COLUMNS * CK_GROUP_ROWS };

/// Adds the products of one group of rows of B to all sums. `count` is 4, or fewer at the end of a run.
CK_INLINE CK_AVX512 void add_group(
    const int rows, const int panels, __m512i sums[][2], const uint8_t *const bases[], size_t stride, size_t k,
    size_t count, const int8_t *b, size_t panel_bytes) {
  CK_UNROLL for (int panel = 0; panel < panels; panel++) {
    const int8_t *weights = b + panel * panel_bytes;
    __m512i left = _mm512_loadu_si512(weights);
    __m512i right = _mm512_loadu_si512(weights + group_bytes / 2);
    if (panels == 1) _mm_prefetch((const char *)weights + 1024, _MM_HINT_T0);
    CK_UNROLL for (int row = 0; row < rows; row++) {
      const uint8_t *values = bases[row / 3] + (row % 3) * stride + k;
      __m512i factors =
          _mm512_set1_epi32(count == CK_GROUP_ROWS ? ck_load_group(values) : ck_load_partial_group(values, count));
      __m512i *sum = sums[panel * rows + row];
      sum[0] = _mm512_dpbusd_epi32(sum[0], factors, left);
      sum[1] = _mm512_dpbusd_epi32(sum[1], factors, right);
    }
  }
}

/// `rows` rows of `panels` panels, with all sums in registers (see the kernel of the same name in `gemm_f32`).
CK_INLINE CK_AVX512 void tile(
    const int rows, const int panels, const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t first_row,
    size_t first_panel) {
  const size_t stride = gemm->a_stride;
  const size_t run_length = gemm->run_length;
  const size_t whole = run_length / CK_GROUP_ROWS * CK_GROUP_ROWS;
  const size_t panel_bytes = ck_s8_panel_bytes(gemm->run_count, run_length);
  const int8_t *b = gemm->panels + first_panel * panel_bytes;

  __m512i sums[most_rows][2];
  CK_UNROLL for (int i = 0; i < rows * panels; i++) sums[i][0] = sums[i][1] = _mm512_setzero_si512();

  for (size_t run = 0; run < gemm->run_count; run++) {
    // An address can hold a base and one or two strides, so every third row has a base of its own.
    const uint8_t *bases[5];
    CK_UNROLL for (int row = 0; row < rows; row += 3) bases[row / 3] = a + gemm->runs[run] + row * stride;
    for (size_t k = 0; k < whole; k += CK_GROUP_ROWS, b += group_bytes) {
      add_group(rows, panels, sums, bases, stride, k, CK_GROUP_ROWS, b, panel_bytes);
    }
    if (whole < run_length) {
      add_group(rows, panels, sums, bases, stride, whole, run_length - whole, b, panel_bytes);
      b += group_bytes;
    }
  }

  CK_UNROLL for (int panel = 0; panel < panels; panel++) {
    size_t column = (first_panel + panel) * CK_PANEL_COLUMNS;
    CK_UNROLL for (int half = 0; half < 2; half++, column += vector_columns) {
      if (column >= gemm->columns) break;
      output_columns columns = load_output_columns(&gemm->output, column, gemm->columns);
      CK_UNROLL for (int row = 0; row < rows; row++) {
        size_t index = (first_row + row) * gemm->output.stride + column;
        store_output(&gemm->output, columns, sums[panel * rows + row][half], index);
      }
    }
  }
}

typedef void (*tile_function)(const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t first_row, size_t panel);

#define TILE(rows, panels)                                                                                   \
  CK_AVX512 static void tile_##rows##x##panels(                                                              \
      const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t first_row, size_t panel) {                          \
    tile(rows, panels, gemm, a, first_row, panel);                                                           \
  }

TILE(1, 1) TILE(2, 1) TILE(3, 1) TILE(4, 1) TILE(5, 1) TILE(6, 1) TILE(7, 1)
TILE(8, 1) TILE(9, 1) TILE(10, 1) TILE(11, 1) TILE(12, 1) TILE(13, 1) TILE(14, 1)
TILE(1, 4) TILE(2, 2) TILE(3, 2)

static void strip(
    const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t rows, size_t first_row, size_t first_panel,
    size_t panel_count) {
  static const tile_function tiles[most_rows + 1] = {
      NULL,     tile_1x1, tile_2x1, tile_3x1,  tile_4x1,  tile_5x1,  tile_6x1, tile_7x1,
      tile_8x1, tile_9x1, tile_10x1, tile_11x1, tile_12x1, tile_13x1, tile_14x1};
  static const tile_function wide_tiles[4] = {NULL, tile_1x4, tile_2x2, tile_3x2};
  size_t panel = first_panel;
  size_t end = first_panel + panel_count;
  if (rows <= 3) {
    size_t width = rows == 1 ? 4 : 2;
    for (; panel + width <= end; panel += width) wide_tiles[rows](gemm, a, first_row, panel);
  }
  for (; panel < end; panel++) tiles[rows](gemm, a, first_row, panel);
}

const ck_gemm_u8s8_family ck_gemm_u8s8_avx512 = {.strip_rows = most_rows, .strip = strip};

#endif
