#include "families.h"

#if defined(__x86_64__)

#include "../support/compiler.h"
#include "../support/group.h"
#include "../support/output_avx2.h"
#include "pairs_avx2.h"

/// `pmaddwd` on bytes widened to 16 bits is exact; `pmaddubsw`, which would take the bytes as they are, saturates. So a
/// group of rows of B is multiplied in two pairs: its even rows, then its odd ones.
///
/// A tile of 6 rows and 16 columns has 12 sums, which with two vectors of weights, a factor and a product fill the
/// sixteen registers.
enum {
  most_rows = 6,
  vector_columns = 8,
  vector_bytes = vector_columns * CK_GROUP_ROWS,
  panel_vectors = CK_PANEL_COLUMNS / vector_columns,
  group_bytes = CK_PANEL_COLUMNS * CK_GROUP_ROWS,
};

/// Panels that share widened rows.
enum { most_panels = 8 };

/// Bytes of panels that stay in the L2 cache while strip after strip is multiplied with them.
enum { shared_bytes = 192 * 1024 };

typedef struct strip_state {
  /// The activations of the groups that are multiplied at once. Vectors that are stored there lie in one cache line.
  _Alignas(64) int32_t pairs[most_rows][pairs_per_row];
  const ck_gemm_u8s8 *gemm;
  size_t first_row;
  /// Those groups, of those that a panel has; whether they are its first and its last.
  size_t first_group, group_count;
  bool is_first, is_last;
  /// Sums of groups before, where a panel has more groups than are multiplied at once.
  int32_t sums[most_panels][most_rows][CK_PANEL_COLUMNS];
} strip_state;

/// The even (`parity` 0) or odd rows of a group, for eight columns.
CK_INLINE CK_AVX2 __m256i load_weights(const int8_t *b, const int parity) {
  __m256i weights = _mm256_loadu_si256((const __m256i *)b);
  if (parity == 0) weights = _mm256_slli_epi16(weights, 8);
  return _mm256_srai_epi16(weights, 8);
}

/// Adds the products of one group of rows of B for `vectors` neighbouring vectors of columns.
CK_INLINE CK_AVX2 void add_group(
    const int rows, const int vectors, __m256i sums[][panel_vectors], const int32_t (*pairs)[pairs_per_row],
    size_t group, const int8_t *b) {
  CK_UNROLL for (int first = 0; first < vectors; first += 2) {
    const int count = vectors - first < 2 ? 1 : 2;
    CK_UNROLL for (int parity = 0; parity < 2; parity++) {
      // Or else the bytes would stay in registers for the second parity.
      CK_FORGET(b);
      __m256i weights[2];
      CK_UNROLL for (int i = 0; i < count; i++) weights[i] = load_weights(b + (first + i) * vector_bytes, parity);
      CK_UNROLL for (int row = 0; row < rows; row++) {
        __m256i factors = _mm256_set1_epi32(pairs[row][2 * group + parity]);
        CK_UNROLL for (int i = 0; i < count; i++) {
          __m256i products = _mm256_madd_epi16(factors, weights[i]);
          sums[row][first + i] = _mm256_add_epi32(sums[row][first + i], products);
          // Or else the products of both parities are added first, which takes more registers than there are.
          CK_KEEP(sums[row][first + i]);
        }
      }
    }
  }
}

/// `rows` rows of `vectors` neighbouring vectors of columns, with all sums in registers. `panel` is counted from the
/// first of those that share the widened rows, `vector` from the beginning of the panel.
CK_INLINE CK_AVX2 void tile(
    const int rows, const int vectors, strip_state *state, const int8_t *b, size_t panel, size_t vector,
    size_t column) {
  const ck_gemm_u8s8 *gemm = state->gemm;
  __m256i sums[most_rows][panel_vectors];
  CK_UNROLL for (int row = 0; row < rows; row++) {
    const __m256i *before = (const __m256i *)state->sums[panel][row] + vector;
    CK_UNROLL for (int i = 0; i < vectors; i++) {
      sums[row][i] = state->is_first ? _mm256_setzero_si256() : _mm256_loadu_si256(before + i);
    }
  }
  for (size_t group = 0; group < state->group_count; group++, b += group_bytes) {
    add_group(rows, vectors, sums, (const int32_t (*)[pairs_per_row])state->pairs, group, b);
  }
  if (!state->is_last) {
    CK_UNROLL for (int row = 0; row < rows; row++) {
      __m256i *after = (__m256i *)state->sums[panel][row] + vector;
      CK_UNROLL for (int i = 0; i < vectors; i++) _mm256_storeu_si256(after + i, sums[row][i]);
    }
    return;
  }
  CK_UNROLL for (int i = 0; i < vectors; i++, column += vector_columns) {
    if (column >= gemm->columns) break;
    output_columns columns = load_output_columns(&gemm->output, column, gemm->columns);
    __m256i finished[most_rows];
    CK_UNROLL for (int row = 0; row < rows; row++) finished[row] = _mm256_add_epi32(sums[row][i], columns.offsets);
    const size_t stride = gemm->output.stride;
    store_rows(rows, &gemm->output, columns, finished, state->first_row * stride + column, stride);
  }
}

typedef void (*tile_function)(strip_state *state, const int8_t *b, size_t panel, size_t vector, size_t column);

#define TILE(rows, vectors)                                                                                  \
  CK_AVX2 static void tile_##rows##x##vectors(                                                               \
      strip_state *state, const int8_t *b, size_t panel, size_t vector, size_t column) {                     \
    tile(rows, vectors, state, b, panel, vector, column);                                                    \
  }

TILE(1, 1) TILE(2, 1) TILE(3, 1) TILE(4, 1) TILE(5, 1) TILE(6, 1)
TILE(1, 2) TILE(2, 2) TILE(3, 2) TILE(4, 2) TILE(5, 2) TILE(6, 2)
TILE(1, 4) TILE(2, 4) TILE(3, 4)

/// The widest tile for `rows` rows that is not wider than the columns that are left need.
static tile_function tile_for(size_t rows, size_t columns, size_t *vectors) {
  static const tile_function tiles[3][most_rows + 1] = {
      {NULL, tile_1x1, tile_2x1, tile_3x1, tile_4x1, tile_5x1, tile_6x1},
      {NULL, tile_1x2, tile_2x2, tile_3x2, tile_4x2, tile_5x2, tile_6x2},
      {NULL, tile_1x4, tile_2x4, tile_3x4}};
  int width = columns <= vector_columns ? 0 : columns <= 2 * vector_columns || rows > 3 ? 1 : 2;
  *vectors = (size_t)1 << width;
  return tiles[width][rows];
}

/// Multiplies the widened rows with one panel.
static void multiply_panel(strip_state *state, size_t rows, const int8_t *b, size_t panel, size_t first_column) {
  size_t columns = ck_smaller(state->gemm->columns - first_column, CK_PANEL_COLUMNS);
  for (size_t vector = 0, vectors; vector * vector_columns < columns; vector += vectors) {
    size_t column = vector * vector_columns;
    tile_function run_tile = tile_for(rows, columns - column, &vectors);
    run_tile(state, b + vector * vector_bytes, panel, vector, first_column + column);
  }
}

CK_AVX2 static void strip(
    const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t rows, size_t first_row, size_t first_panel,
    size_t panel_count) {
  strip_state state;
  state.gemm = gemm;
  state.first_row = first_row;
  const size_t groups = gemm->run_count * ck_parts(gemm->run_length, CK_GROUP_ROWS);
  const size_t end = first_panel + panel_count;
  for (size_t first = first_panel; first < end; first += most_panels) {
    size_t group = 0;
    do {
      state.is_first = group == 0;
      state.group_count = ck_smaller(groups - group, most_groups);
      state.is_last = group + state.group_count == groups;
      widen_groups(gemm, a, rows, group, state.group_count, state.pairs);
      for (size_t panel = first; panel < ck_smaller(first + most_panels, end); panel++) {
        const int8_t *b = gemm->panels + (panel * groups + group) * group_bytes;
        multiply_panel(&state, rows, b, panel - first, panel * CK_PANEL_COLUMNS);
      }
      group += state.group_count;
    } while (group < groups);
  }
}

const ck_gemm_u8s8_family ck_gemm_u8s8_avx2 = {
    .strip_rows = most_rows, .shared_bytes = shared_bytes, .strip = strip};

#endif
