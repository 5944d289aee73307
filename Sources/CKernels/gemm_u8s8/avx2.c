#include "families.h"

#if defined(__x86_64__)

#include "../support/compiler.h"
#include "../support/group.h"
#include "../support/output_avx2.h"

/// A tile is one half of a panel wide. `pmaddwd` on bytes widened to 16 bits is exact; `pmaddubsw`, which would take
/// the bytes as they are, saturates.
enum { most_rows = 2, tile_columns = 16, quarters = 4, group_bytes = CK_PANEL_COLUMNS * CK_GROUP_ROWS };

/// The activations of a group as 16-bit numbers, once for each of the four columns in a vector of weights.
CK_INLINE CK_AVX2 __m256i widen_factors(int32_t group) {
  return _mm256_cvtepu8_epi16(_mm_set1_epi32(group));
}

/// Adds the products of one group. A sum holds four columns, each as two halves that are added up in the end.
CK_INLINE CK_AVX2 void add_group(
    const int rows, __m256i sums[][quarters], const uint8_t *values, size_t stride, size_t count, const int8_t *b) {
  __m256i factors[most_rows];
  CK_UNROLL for (int row = 0; row < rows; row++) {
    const uint8_t *group = values + row * stride;
    factors[row] =
        widen_factors(count == CK_GROUP_ROWS ? ck_load_group(group) : ck_load_partial_group(group, count));
  }
  CK_UNROLL for (int quarter = 0; quarter < quarters; quarter++) {
    __m256i weights = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(b + quarter * 16)));
    CK_UNROLL for (int row = 0; row < rows; row++) {
      __m256i products = _mm256_madd_epi16(factors[row], weights);
      sums[row][quarter] = _mm256_add_epi32(sums[row][quarter], products);
    }
  }
}

/// Eight columns in order, from two sums of four columns in halves.
CK_INLINE CK_AVX2 __m256i add_halves(__m256i low, __m256i high) {
  return _mm256_permute4x64_epi64(_mm256_hadd_epi32(low, high), _MM_SHUFFLE(3, 1, 2, 0));
}

CK_INLINE CK_AVX2 void tile(
    const int rows, const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t first_row, size_t first_column) {
  const size_t stride = gemm->a_stride;
  const size_t run_length = gemm->run_length;
  const size_t whole = run_length / CK_GROUP_ROWS * CK_GROUP_ROWS;
  const int8_t *b = gemm->panels +
                    first_column / CK_PANEL_COLUMNS * ck_s8_panel_bytes(gemm->run_count, run_length) +
                    first_column % CK_PANEL_COLUMNS * CK_GROUP_ROWS;

  __m256i sums[most_rows][quarters];
  CK_UNROLL for (int row = 0; row < rows; row++) {
    CK_UNROLL for (int quarter = 0; quarter < quarters; quarter++) sums[row][quarter] = _mm256_setzero_si256();
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

  CK_UNROLL for (int half = 0; half < 2; half++) {
    size_t column = first_column + half * 8;
    if (column >= gemm->columns) break;
    output_columns columns = load_output_columns(&gemm->output, column, gemm->columns);
    CK_UNROLL for (int row = 0; row < rows; row++) {
      __m256i sum = add_halves(sums[row][2 * half], sums[row][2 * half + 1]);
      store_output(&gemm->output, columns, sum, (first_row + row) * gemm->output.stride + column);
    }
  }
}

typedef void (*tile_function)(
    const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t first_row, size_t first_column);

#define TILE(rows)                                                                                           \
  CK_AVX2 static void tile_##rows(                                                                           \
      const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t first_row, size_t first_column) {                   \
    tile(rows, gemm, a, first_row, first_column);                                                            \
  }

TILE(1) TILE(2)

static void strip(
    const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t rows, size_t first_row, size_t first_panel,
    size_t panel_count) {
  static const tile_function tiles[most_rows + 1] = {NULL, tile_1, tile_2};
  size_t first = first_panel * CK_PANEL_COLUMNS;
  size_t end = ck_smaller(first + panel_count * CK_PANEL_COLUMNS, gemm->columns);
  for (size_t column = first; column < end; column += tile_columns) tiles[rows](gemm, a, first_row, column);
}

const ck_gemm_u8s8_family ck_gemm_u8s8_avx2 = {.strip_rows = most_rows, .strip = strip};

#endif
