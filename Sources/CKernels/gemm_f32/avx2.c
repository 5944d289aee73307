#include "families.h"

#if defined(__x86_64__)

#include "../support/compiler.h"
#include "../support/lanes_avx2.h"

/// A tile of 6 rows and 16 columns has 12 sums, which with two vectors of weights and one factor fill the sixteen
/// registers.
enum { vector_floats = 8, panel_vectors = CK_PANEL_COLUMNS / vector_floats, most_rows = 6 };

CK_INLINE CK_AVX2 __m256 load_weights(ck_weight_type type, const char *panel, size_t index) {
  if (type == CK_WEIGHT_F32) return _mm256_loadu_ps((const float *)panel + index);
  __m128i halves = _mm_loadu_si128((const __m128i *)((const uint16_t *)panel + index));
  if (type == CK_WEIGHT_F16) return _mm256_cvtph_ps(halves);
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16));
}

/// Finishes and stores eight columns of one row.
CK_INLINE CK_AVX2 void store(const ck_gemm_f32 *gemm, __m256 sum, __m256 bias, float *target, lane_count mask) {
  __m256 value = _mm256_fmadd_ps(sum, _mm256_set1_ps(gemm->scale), bias);
  if (gemm->residual) {
    value = _mm256_add_ps(value, _mm256_maskload_ps(gemm->residual + (target - gemm->c), mask.lanes));
  }
  // Where one operand is NaN these instructions return the second.
  value = _mm256_max_ps(_mm256_set1_ps(gemm->minimum), value);
  value = _mm256_min_ps(_mm256_set1_ps(gemm->maximum), value);
  store_f32_lanes(target, value, mask.count);
}

/// What the slice before has left in C.
CK_INLINE CK_AVX2 void load_sums(
    const int rows, const int vectors, const ck_gemm_f32 *gemm, const float *c, size_t first_column,
    __m256 sums[][panel_vectors]) {
  CK_UNROLL for (int i = 0; i < vectors; i++) {
    size_t column = first_column + i * vector_floats;
    if (column >= gemm->columns) break;
    lane_count mask = first_lanes(gemm->columns - column);
    CK_UNROLL for (int row = 0; row < rows; row++) {
      sums[row][i] = _mm256_maskload_ps(c + row * gemm->c_stride + column, mask.lanes);
    }
  }
}

/// Adds the products of one row of B for `vectors` neighbouring vectors of columns. Four vectors take the factors of
/// all rows into registers, two or one the weights: so that registers suffice.
CK_INLINE CK_AVX2 void add_row(
    const int rows, const int vectors, const ck_weight_type type, __m256 sums[][panel_vectors],
    const float *const bases[2], size_t stride, size_t k, const char *b) {
  if (vectors > 2) {
    __m256 factors[3];
    CK_UNROLL for (int row = 0; row < rows; row++) factors[row] = _mm256_broadcast_ss(bases[0] + row * stride + k);
    CK_UNROLL for (int i = 0; i < vectors; i++) {
      __m256 weights = load_weights(type, b, i * vector_floats);
      CK_UNROLL for (int row = 0; row < rows; row++) {
        sums[row][i] = _mm256_fmadd_ps(factors[row], weights, sums[row][i]);
      }
    }
    return;
  }
  __m256 weights[2];
  CK_UNROLL for (int i = 0; i < vectors; i++) weights[i] = load_weights(type, b, i * vector_floats);
  CK_UNROLL for (int row = 0; row < rows; row++) {
    __m256 factor = _mm256_broadcast_ss(bases[row / 3] + (row % 3) * stride + k);
    CK_UNROLL for (int i = 0; i < vectors; i++) sums[row][i] = _mm256_fmadd_ps(factor, weights[i], sums[row][i]);
  }
}

/// How far ahead weights are fetched into the L2 cache, where several rows hide it behind their multiplications.
enum { bytes_ahead = 4096, line_bytes = 64 };

CK_INLINE CK_AVX2 void prefetch_weights(const int rows, const int vectors, const char *b) {
  if (rows == 1) return;
  CK_UNROLL for (int line = 0; line < vectors * vector_floats * (int)sizeof(float); line += line_bytes) {
    _mm_prefetch(b + bytes_ahead + line, _MM_HINT_T1);
  }
}

/// `rows` rows of `vectors` neighbouring vectors of columns, with all sums in registers.
CK_INLINE CK_AVX2 void tile(
    const int rows, const int vectors, const ck_weight_type type, const ck_gemm_f32 *gemm, const float *a, float *c,
    size_t first_column) {
  const size_t stride = gemm->a_stride;
  const size_t run_length = gemm->run_length;
  const size_t weight_bytes = type == CK_WEIGHT_F32 ? sizeof(float) : sizeof(uint16_t);
  const size_t row_bytes = CK_PANEL_COLUMNS * weight_bytes;
  const char *b = (const char *)gemm->panels + first_column / CK_PANEL_COLUMNS * gemm->panel_rows * row_bytes +
                  first_column % CK_PANEL_COLUMNS * weight_bytes;

  __m256 sums[most_rows][panel_vectors];
  CK_UNROLL for (int row = 0; row < rows; row++) {
    CK_UNROLL for (int i = 0; i < vectors; i++) sums[row][i] = _mm256_setzero_ps();
  }
  if (gemm->resumes) load_sums(rows, vectors, gemm, c, first_column, sums);

  for (size_t run = 0; run < gemm->run_count; run++) {
    // An address can hold a base and one or two strides, so every third row has a base of its own.
    const float *bases[2];
    CK_UNROLL for (int row = 0; row < rows; row += 3) bases[row / 3] = a + gemm->runs[run] + row * stride;
    size_t k = 0;
    // Two rows of B in a row save instructions; where weights are widened they would take too many registers.
    for (; type == CK_WEIGHT_F32 && k + 2 <= run_length; k += 2, b += 2 * row_bytes) {
      prefetch_weights(rows, vectors, b);
      prefetch_weights(rows, vectors, b + row_bytes);
      add_row(rows, vectors, type, sums, bases, stride, k, b);
      add_row(rows, vectors, type, sums, bases, stride, k + 1, b + row_bytes);
    }
    for (; k < run_length; k++, b += row_bytes) {
      prefetch_weights(rows, vectors, b);
      add_row(rows, vectors, type, sums, bases, stride, k, b);
    }
  }

  CK_UNROLL for (int i = 0; i < vectors; i++) {
    size_t column = first_column + i * vector_floats;
    if (column >= gemm->columns) break;
    lane_count mask = first_lanes(gemm->columns - column);
    __m256 bias = gemm->bias ? _mm256_maskload_ps(gemm->bias + column, mask.lanes) : _mm256_setzero_ps();
    CK_UNROLL for (int row = 0; row < rows; row++) {
      store(gemm, sums[row][i], bias, c + row * gemm->c_stride + column, mask);
    }
  }
}

typedef void (*tile_function)(const ck_gemm_f32 *gemm, const float *a, float *c, size_t first_column);

#define TILE(type, rows, vectors)                                                                            \
  CK_AVX2 static void tile_##type##_##rows##x##vectors(                                                      \
      const ck_gemm_f32 *gemm, const float *a, float *c, size_t first_column) {                              \
    tile(rows, vectors, CK_WEIGHT_##type, gemm, a, c, first_column);                                         \
  }

#define TILES(type, widest_of_three)                                                                         \
  TILE(type, 1, 1) TILE(type, 2, 1) TILE(type, 3, 1) TILE(type, 4, 1) TILE(type, 5, 1) TILE(type, 6, 1)      \
  TILE(type, 1, 2) TILE(type, 2, 2) TILE(type, 3, 2) TILE(type, 4, 2) TILE(type, 5, 2) TILE(type, 6, 2)      \
  TILE(type, 1, 4) TILE(type, 2, 4)                                                                          \
  static const tile_function tiles_##type[3][most_rows + 1] = {                                              \
      {NULL, tile_##type##_1x1, tile_##type##_2x1, tile_##type##_3x1, tile_##type##_4x1, tile_##type##_5x1,  \
       tile_##type##_6x1},                                                                                   \
      {NULL, tile_##type##_1x2, tile_##type##_2x2, tile_##type##_3x2, tile_##type##_4x2, tile_##type##_5x2,  \
       tile_##type##_6x2},                                                                                   \
      {NULL, tile_##type##_1x4, tile_##type##_2x4, widest_of_three}};

// Three rows by a whole panel leave no register to widen weights in.
TILE(F32, 3, 4)
TILES(F32, tile_F32_3x4)
TILES(F16, NULL)
TILES(BF16, NULL)

static void strip(
    const ck_gemm_f32 *gemm, const float *a, size_t rows, float *c, size_t first_panel, size_t panel_count) {
  static const tile_function(*const tiles[])[most_rows + 1] = {tiles_F32, tiles_F16, tiles_BF16};
  const tile_function(*of_type)[most_rows + 1] = tiles[gemm->weight_type];
  size_t column = first_panel * CK_PANEL_COLUMNS;
  size_t end = ck_smaller(column + panel_count * CK_PANEL_COLUMNS, gemm->columns);
  while (column < end) {
    // The widest tile that has registers enough and is not wider than the columns that are left need.
    size_t left = end - column;
    int width = left <= vector_floats ? 0 : left <= 2 * vector_floats || of_type[2][rows] == NULL ? 1 : 2;
    of_type[width][rows](gemm, a, c, column);
    column += (size_t)vector_floats << width;
  }
}

CK_INLINE CK_AVX2 void widen_from(
    const ck_weight_type type, const uint16_t *weights, size_t count, float *widened) {
  for (size_t i = 0; i < count; i += vector_floats) {
    _mm256_storeu_ps(widened + i, load_weights(type, (const char *)weights, i));
  }
}

CK_AVX2 static void widen(ck_weight_type type, const uint16_t *weights, size_t count, float *widened) {
  if (type == CK_WEIGHT_F16) {
    widen_from(CK_WEIGHT_F16, weights, count, widened);
  } else {
    widen_from(CK_WEIGHT_BF16, weights, count, widened);
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
    .strip_rows = most_rows, .strip = strip, .widening_rows = 20 * most_rows, .widen = widen, .dot = dot};

#endif
