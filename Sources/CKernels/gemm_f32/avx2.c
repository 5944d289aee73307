#include "families.h"

#if defined(__x86_64__)

#include "../support/compiler.h"
#include "../support/lanes_avx2.h"
#include "../support/stores.h"

enum { vector_floats = 8, panel_vectors = CK_PANEL_COLUMNS / vector_floats, most_rows = 24 };

/// A tile has up to 12 sums, which with what is multiplied fill the sixteen registers: 3 rows by the 32 columns of a
/// panel, or more rows where a panel has fewer columns. Squarer tiles load less for each multiplication.
enum { most_tile_rows = 6 };
static const size_t most_rows_of_width[panel_vectors] = {6, 6, 4, 3};

/// How many rows of B are multiplied in a row where weights are not widened: to save the instructions of a loop.
enum { rows_in_a_row = 4 };

CK_INLINE CK_AVX2 __m256 load_weights(ck_weight_type type, const char *panel, size_t index) {
  if (type == CK_WEIGHT_F32) return _mm256_loadu_ps((const float *)panel + index);
  __m128i halves = _mm_loadu_si128((const __m128i *)((const uint16_t *)panel + index));
  if (type == CK_WEIGHT_F16) return _mm256_cvtph_ps(halves);
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16));
}

/// Adds the products of one row of B for `vectors` neighbouring vectors of columns. Four vectors take the factors of
/// all rows into registers, fewer take the weights: so that registers suffice. Leaves the row at `widened`, unless that
/// is null.
CK_INLINE CK_AVX2 void add_row(
    const int rows, const int vectors, const ck_weight_type type, __m256 sums[][panel_vectors],
    const float *const bases[2], size_t stride, size_t k, const char *b, float *widened) {
  if (vectors == panel_vectors) {
    __m256 factors[3];
    CK_UNROLL for (int row = 0; row < rows; row++) factors[row] = _mm256_broadcast_ss(bases[0] + row * stride + k);
    CK_UNROLL for (int i = 0; i < vectors; i++) {
      __m256 weights = load_weights(type, b, i * vector_floats);
      if (widened) _mm256_store_ps(widened + i * vector_floats, weights);
      CK_UNROLL for (int row = 0; row < rows; row++) {
        sums[row][i] = _mm256_fmadd_ps(factors[row], weights, sums[row][i]);
        // In this order, or else what comes next is loaded before there is a register for it.
        CK_KEEP(sums[row][i]);
      }
    }
    return;
  }
  __m256 weights[3];
  CK_UNROLL for (int i = 0; i < vectors; i++) {
    weights[i] = load_weights(type, b, i * vector_floats);
    if (widened) _mm256_store_ps(widened + i * vector_floats, weights[i]);
  }
  CK_UNROLL for (int row = 0; row < rows; row++) {
    __m256 factor = _mm256_broadcast_ss(bases[row / 3] + (row % 3) * stride + k);
    CK_UNROLL for (int i = 0; i < vectors; i++) {
      sums[row][i] = _mm256_fmadd_ps(factor, weights[i], sums[row][i]);
      if (vectors > 2) CK_KEEP(sums[row][i]);
    }
  }
}

/// Asks for the lines of C that a tile is going to write.
CK_INLINE CK_AVX2 void expect_stores(const int rows, const int vectors, const ck_gemm_f32 *gemm, const float *c) {
  enum { line_vectors = 2 };
  CK_UNROLL for (int row = 0; row < rows; row++) {
    CK_UNROLL for (int i = 0; i < vectors; i += line_vectors) {
      ck_expect_store(c + row * gemm->c_stride + i * vector_floats);
    }
  }
}

/// What the call before has left in C.
CK_INLINE CK_AVX2 void load_sums(
    const int rows, const int vectors, const ck_gemm_f32 *gemm, const float *c, size_t columns,
    __m256 sums[][panel_vectors]) {
  CK_UNROLL for (int i = 0; i < vectors; i++) {
    size_t offset = i * vector_floats;
    if (offset >= columns) break;
    lane_count mask = first_lanes(columns - offset);
    CK_UNROLL for (int row = 0; row < rows; row++) {
      sums[row][i] = _mm256_maskload_ps(c + row * gemm->c_stride + offset, mask.lanes);
    }
  }
}

/// Adds the products with a panel. If it `widens`, it leaves the panel's rows where the product says.
CK_INLINE CK_AVX2 void add_panel(
    const int rows, const int vectors, const ck_weight_type type, const bool widens, const ck_gemm_f32 *gemm,
    const float *a, const char *b, __m256 sums[][panel_vectors]) {
  float *widened = gemm->widened;
  const size_t stride = gemm->a_stride;
  const size_t run_length = gemm->run_length;
  const size_t row_bytes = CK_PANEL_COLUMNS * ck_weight_bytes(type);
  for (size_t run = 0; run < gemm->run_count; run++) {
    // An address can hold a base and one or two strides, so every third row has a base of its own.
    const float *bases[2];
    CK_UNROLL for (int row = 0; row < rows; row += 3) bases[row / 3] = a + gemm->runs[run] + row * stride;
    size_t k = 0;
    for (; type == CK_WEIGHT_F32 && k + rows_in_a_row <= run_length; k += rows_in_a_row) {
      CK_UNROLL for (int i = 0; i < rows_in_a_row; i++) {
        add_row(rows, vectors, type, sums, bases, stride, k + i, b + i * row_bytes, NULL);
      }
      b += rows_in_a_row * row_bytes;
    }
    for (; k < run_length; k++, b += row_bytes) {
      add_row(rows, vectors, type, sums, bases, stride, k, b, widens ? widened : NULL);
      if (widens) widened += CK_PANEL_COLUMNS;
    }
    b += gemm->run_gap * row_bytes;
  }
}

CK_INLINE CK_AVX2 __m256 load_lanes(const bool whole, const float *source, lane_count mask) {
  return whole ? _mm256_loadu_ps(source) : _mm256_maskload_ps(source, mask.lanes);
}

/// Finishes and stores the sums of `vectors` vectors of columns, of which `columns` are in use: all of them if `whole`.
CK_INLINE CK_AVX2 void finish(
    const int rows, const int vectors, const bool whole, const ck_gemm_f32 *gemm, __m256 sums[][panel_vectors],
    float *c, const float *bias, size_t columns) {
  const __m256 scale = _mm256_set1_ps(gemm->scale);
  lane_count masks[panel_vectors];
  CK_UNROLL for (int i = 0; i < vectors; i++) {
    const int offset = i * vector_floats;
    masks[i] = first_lanes(columns - offset);
    const __m256 biases = load_lanes(whole, bias + offset, masks[i]);
    CK_UNROLL for (int row = 0; row < rows; row++) sums[row][i] = _mm256_fmadd_ps(sums[row][i], scale, biases);
  }
  if (gemm->residual) {
    const float *residual = gemm->residual + (c - gemm->c);
    CK_UNROLL for (int row = 0; row < rows; row++, residual += gemm->c_stride) {
      CK_UNROLL for (int i = 0; i < vectors; i++) {
        const __m256 addend = load_lanes(whole, residual + i * vector_floats, masks[i]);
        sums[row][i] = _mm256_add_ps(sums[row][i], addend);
      }
    }
  }
  const __m256 minimum = _mm256_set1_ps(gemm->minimum);
  const __m256 maximum = _mm256_set1_ps(gemm->maximum);
  CK_UNROLL for (int row = 0; row < rows; row++, c += gemm->c_stride) {
    CK_UNROLL for (int i = 0; i < vectors; i++) {
      // Where one operand is NaN these instructions return the second.
      const __m256 value = _mm256_min_ps(maximum, _mm256_max_ps(minimum, sums[row][i]));
      store_f32_lanes(c + i * vector_floats, value, whole ? vector_floats : masks[i].count);
    }
  }
}

/// `rows` rows of the first `vectors` vectors of columns of a panel, with all sums in registers. `c` is where they go,
/// `column` the panel's first.
CK_INLINE CK_AVX2 void tile(
    const int rows, const int vectors, const ck_weight_type type, const bool widens, const ck_gemm_f32 *gemm,
    const float *a, const char *panel, float *c, size_t column) {
  static const float no_bias[CK_PANEL_COLUMNS];
  const float *bias = gemm->bias ? gemm->bias + column : no_bias;
  const size_t columns = gemm->columns - column;
  __m256 sums[most_tile_rows][panel_vectors];
  CK_UNROLL for (int row = 0; row < rows; row++) {
    CK_UNROLL for (int i = 0; i < vectors; i++) sums[row][i] = _mm256_setzero_ps();
  }
  if (gemm->resumes) load_sums(rows, vectors, gemm, c, columns, sums);
  expect_stores(rows, vectors, gemm, c);
  add_panel(rows, vectors, type, widens, gemm, a, panel, sums);
  if (columns >= (size_t)vectors * vector_floats) {
    finish(rows, vectors, true, gemm, sums, c, bias, columns);
  } else {
    finish(rows, vectors, false, gemm, sums, c, bias, columns);
  }
}

typedef void (*tile_function)(
    const ck_gemm_f32 *gemm, const float *a, const char *panel, float *c, size_t column);

#define TILE(type, rows, vectors)                                                                            \
  CK_AVX2 static void tile_##type##_##rows##x##vectors(                                                      \
      const ck_gemm_f32 *gemm, const float *a, const char *panel, float *c, size_t column) {                 \
    tile(rows, vectors, CK_WEIGHT_##type, false, gemm, a, panel, c, column);                                 \
  }

#define TILES(type)                                                                                          \
  TILE(type, 1, 1) TILE(type, 2, 1) TILE(type, 3, 1) TILE(type, 4, 1) TILE(type, 5, 1) TILE(type, 6, 1)      \
  TILE(type, 1, 2) TILE(type, 2, 2) TILE(type, 3, 2) TILE(type, 4, 2) TILE(type, 5, 2) TILE(type, 6, 2)      \
  TILE(type, 1, 3) TILE(type, 2, 3) TILE(type, 3, 3) TILE(type, 4, 3)                                        \
  TILE(type, 1, 4) TILE(type, 2, 4) TILE(type, 3, 4)                                                         \
  static const tile_function tiles_##type[panel_vectors][most_tile_rows] = {                                 \
      {tile_##type##_1x1, tile_##type##_2x1, tile_##type##_3x1, tile_##type##_4x1, tile_##type##_5x1,        \
       tile_##type##_6x1},                                                                                   \
      {tile_##type##_1x2, tile_##type##_2x2, tile_##type##_3x2, tile_##type##_4x2, tile_##type##_5x2,        \
       tile_##type##_6x2},                                                                                   \
      {tile_##type##_1x3, tile_##type##_2x3, tile_##type##_3x3, tile_##type##_4x3},                          \
      {tile_##type##_1x4, tile_##type##_2x4, tile_##type##_3x4}};

TILES(F32)
TILES(F16)
TILES(BF16)

/// The highest tile of each width, which divides a strip.
#define WIDENING_TILE(type, rows, vectors)                                                                   \
  CK_AVX2 static void widening_tile_##type##_##vectors(                                                      \
      const ck_gemm_f32 *gemm, const float *a, const char *panel, float *c, size_t column) {                 \
    tile(rows, vectors, CK_WEIGHT_##type, true, gemm, a, panel, c, column);                                  \
  }

#define WIDENING_TILES(type)                                                                                 \
  WIDENING_TILE(type, 6, 1) WIDENING_TILE(type, 6, 2) WIDENING_TILE(type, 4, 3) WIDENING_TILE(type, 3, 4)    \
  static const tile_function widening_tiles_##type[panel_vectors] = {                                        \
      widening_tile_##type##_1, widening_tile_##type##_2, widening_tile_##type##_3, widening_tile_##type##_4};

WIDENING_TILES(F16)
WIDENING_TILES(BF16)

/// How many vectors of columns of a panel are in use: a tile is no wider than they need.
static size_t vectors_of(const ck_gemm_f32 *gemm, size_t column) {
  return ck_parts(ck_smaller(gemm->columns - column, CK_PANEL_COLUMNS), vector_floats);
}

/// Rows that are multiplied with one panel, tile by tile.
static void run_tiles(
    const ck_gemm_f32 *gemm, const float *a, size_t rows, const char *panel, float *c, size_t column) {
  static const tile_function(*const tiles[])[most_tile_rows] = {tiles_F32, tiles_F16, tiles_BF16};
  const size_t vectors = vectors_of(gemm, column);
  const size_t tile_count = ck_parts(rows, most_rows_of_width[vectors - 1]);
  const size_t least_height = rows / tile_count, higher_count = rows % tile_count;
  for (size_t i = 0, row = 0, height; i < tile_count; i++, row += height) {
    height = least_height + (i < higher_count);
    const tile_function run_tile = tiles[gemm->weight_type][vectors - 1][height - 1];
    run_tile(gemm, a + row * gemm->a_stride, panel, c + row * gemm->c_stride, column);
  }
}

/// A strip whose first tile widens a panel for the others.
static void run_widening_tiles(
    const ck_gemm_f32 *gemm, const float *a, const char *panel, float *c, size_t column) {
  const tile_function *of_width = gemm->weight_type == CK_WEIGHT_F16 ? widening_tiles_F16 : widening_tiles_BF16;
  const size_t vectors = vectors_of(gemm, column), first_rows = most_rows_of_width[vectors - 1];
  of_width[vectors - 1](gemm, a, panel, c, column);
  ck_gemm_f32 wide = *gemm;
  wide.weight_type = CK_WEIGHT_F32;
  wide.run_gap = 0;
  run_tiles(
      &wide, a + first_rows * gemm->a_stride, most_rows - first_rows, (const char *)gemm->widened,
      c + first_rows * gemm->c_stride, column);
}

static void strip(
    const ck_gemm_f32 *gemm, const float *a, size_t rows, float *c, size_t first_panel, size_t panel_count) {
  const size_t panel_bytes = gemm->panel_rows * CK_PANEL_COLUMNS * ck_weight_bytes(gemm->weight_type);
  ck_gemm_f32 one = *gemm;
  for (size_t i = 0; i < panel_count; i++) {
    const size_t index = first_panel + i, column = index * CK_PANEL_COLUMNS;
    const char *panel = (const char *)gemm->panels + index * panel_bytes;
    if (gemm->widened) {
      one.widened = gemm->widened + i * ck_widened_elements(gemm);
      run_widening_tiles(&one, a, panel, c + column, column);
    } else {
      run_tiles(gemm, a, rows, panel, c + column, column);
    }
  }
}

CK_INLINE CK_AVX2 float sum_of_lanes(__m256 lanes) {
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps(lanes, 1));
  __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

CK_AVX2 static float dot(const float *x, const float *y, size_t count) {
  __m256 sums[4];
  CK_UNROLL for (int i = 0; i < 4; i++) sums[i] = _mm256_setzero_ps();
  size_t k = 0;
  for (; k + 4 * vector_floats <= count; k += 4 * vector_floats) {
    CK_UNROLL for (int i = 0; i < 4; i++) {
      size_t at = k + i * vector_floats;
      sums[i] = _mm256_fmadd_ps(_mm256_loadu_ps(x + at), _mm256_loadu_ps(y + at), sums[i]);
    }
  }
  for (; k < count; k += vector_floats) {
    __m256i mask = first_lanes(count - k).lanes;
    sums[0] = _mm256_fmadd_ps(_mm256_maskload_ps(x + k, mask), _mm256_maskload_ps(y + k, mask), sums[0]);
  }
  return sum_of_lanes(_mm256_add_ps(_mm256_add_ps(sums[0], sums[1]), _mm256_add_ps(sums[2], sums[3])));
}

const ck_gemm_f32_family ck_gemm_f32_avx2 = {
    .strip_rows = most_rows, .tile_rows = most_tile_rows, .strip = strip,
    .widening_rows = most_rows + 1, .dot = dot};

#endif
