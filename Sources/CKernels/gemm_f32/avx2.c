#include "families.h"

#if defined(__x86_64__)

#include "../support/compiler.h"

#include <immintrin.h>

/// A tile is one half of a panel wide: 6 rows of it are 12 sums, which with two vectors of weights and one factor
/// fill the sixteen registers.
enum { vector_floats = 8, half_panel = 16, most_rows = 6 };

CK_INLINE CK_AVX2 __m256 load_weights(ck_weight_type type, const char *panel, size_t index) {
  if (type == CK_WEIGHT_F32) return _mm256_loadu_ps((const float *)panel + index);
  __m128i halves = _mm_loadu_si128((const __m128i *)((const uint16_t *)panel + index));
  if (type == CK_WEIGHT_F16) return _mm256_cvtph_ps(halves);
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16));
}

CK_INLINE CK_AVX2 __m256i columns_mask(size_t columns) {
  int count = columns >= vector_floats ? vector_floats : (int)columns;
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

/// Finishes and stores eight columns of one row.
CK_INLINE CK_AVX2 void store(const ck_gemm_f32 *gemm, __m256 sum, __m256 bias, float *target, __m256i mask) {
  __m256 value = _mm256_fmadd_ps(sum, _mm256_set1_ps(gemm->scale), bias);
  if (gemm->residual) {
    value = _mm256_add_ps(value, _mm256_maskload_ps(gemm->residual + (target - gemm->c), mask));
  }
  // Where one operand is NaN these instructions return the second.
  value = _mm256_max_ps(_mm256_set1_ps(gemm->minimum), value);
  value = _mm256_min_ps(_mm256_set1_ps(gemm->maximum), value);
  _mm256_maskstore_ps(target, mask, value);
}

/// What the slice before has left in C.
CK_INLINE CK_AVX2 void load_sums(
    const int rows, const int halves, const ck_gemm_f32 *gemm, const float *c, size_t first_column,
    __m256 sums[][2]) {
  CK_UNROLL for (int part = 0; part < 2 * halves; part++) {
    size_t column = first_column + part * vector_floats;
    if (column >= gemm->columns) break;
    __m256i mask = columns_mask(gemm->columns - column);
    CK_UNROLL for (int row = 0; row < rows; row++) {
      sums[part / 2 * rows + row][part % 2] = _mm256_maskload_ps(c + row * gemm->c_stride + column, mask);
    }
  }
}

/// `rows` rows of `halves` neighbouring half panels, with all sums in registers.
CK_INLINE CK_AVX2 void tile(
    const int rows, const int halves, const ck_weight_type type, const ck_gemm_f32 *gemm, const float *a, float *c,
    size_t first_column) {
  const size_t stride = gemm->a_stride;
  const size_t weight_bytes = type == CK_WEIGHT_F32 ? sizeof(float) : sizeof(uint16_t);
  const size_t panel_bytes = gemm->panel_rows * CK_PANEL_COLUMNS * weight_bytes;
  const char *b = (const char *)gemm->panels + first_column / CK_PANEL_COLUMNS * panel_bytes +
                  first_column % CK_PANEL_COLUMNS * weight_bytes;

  __m256 sums[most_rows][2];
  CK_UNROLL for (int i = 0; i < rows * halves; i++) sums[i][0] = sums[i][1] = _mm256_setzero_ps();
  if (gemm->resumes) load_sums(rows, halves, gemm, c, first_column, sums);

  for (size_t run = 0; run < gemm->run_count; run++) {
    // An address can hold a base and one or two strides, so every third row has a base of its own.
    const float *bases[2];
    CK_UNROLL for (int row = 0; row < rows; row += 3) bases[row / 3] = a + gemm->runs[run] + row * stride;
    for (size_t k = 0; k < gemm->run_length; k++) {
      CK_UNROLL for (int half = 0; half < halves; half++) {
        __m256 left = load_weights(type, b, half * half_panel);
        __m256 right = load_weights(type, b, half * half_panel + vector_floats);
        CK_UNROLL for (int row = 0; row < rows; row++) {
          __m256 factor = _mm256_broadcast_ss(bases[row / 3] + (row % 3) * stride + k);
          __m256 *sum = sums[half * rows + row];
          sum[0] = _mm256_fmadd_ps(factor, left, sum[0]);
          sum[1] = _mm256_fmadd_ps(factor, right, sum[1]);
        }
      }
      b += CK_PANEL_COLUMNS * weight_bytes;
    }
  }

  CK_UNROLL for (int part = 0; part < 2 * halves; part++) {
    size_t column = first_column + part * vector_floats;
    if (column >= gemm->columns) break;
    __m256i mask = columns_mask(gemm->columns - column);
    __m256 bias = gemm->bias ? _mm256_maskload_ps(gemm->bias + column, mask) : _mm256_setzero_ps();
    CK_UNROLL for (int row = 0; row < rows; row++) {
      store(gemm, sums[part / 2 * rows + row][part % 2], bias, c + row * gemm->c_stride + column, mask);
    }
  }
}

typedef void (*tile_function)(const ck_gemm_f32 *gemm, const float *a, float *c, size_t first_column);

#define TILE(type, rows, halves)                                                                             \
  CK_AVX2 static void tile_##type##_##rows##x##halves(                                                       \
      const ck_gemm_f32 *gemm, const float *a, float *c, size_t first_column) {                              \
    tile(rows, halves, CK_WEIGHT_##type, gemm, a, c, first_column);                                          \
  }

#define TILES(type)                                                                                          \
  TILE(type, 1, 2) TILE(type, 2, 2) TILE(type, 3, 2) TILE(type, 4, 1) TILE(type, 5, 1) TILE(type, 6, 1)      \
  static const tile_function tiles_##type[most_rows + 1] = {                                                 \
      NULL,              tile_##type##_1x2, tile_##type##_2x2, tile_##type##_3x2,                            \
      tile_##type##_4x1, tile_##type##_5x1, tile_##type##_6x1};

TILES(F32)
TILES(F16)
TILES(BF16)

static void strip(
    const ck_gemm_f32 *gemm, const float *a, size_t rows, float *c, size_t first_panel, size_t panel_count) {
  static const tile_function *const tiles[] = {tiles_F32, tiles_F16, tiles_BF16};
  tile_function run_tile = tiles[gemm->weight_type][rows];
  size_t width = rows <= 3 ? CK_PANEL_COLUMNS : half_panel;
  size_t first = first_panel * CK_PANEL_COLUMNS;
  size_t end = ck_smaller(first + panel_count * CK_PANEL_COLUMNS, gemm->columns);
  for (size_t column = first; column < end; column += width) run_tile(gemm, a, c, column);
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
    __m256i mask = columns_mask(count - k);
    sums[0] = _mm256_fmadd_ps(_mm256_maskload_ps(x + k, mask), _mm256_maskload_ps(y + k, mask), sums[0]);
  }
  return sum_of_lanes(_mm256_add_ps(_mm256_add_ps(sums[0], sums[1]), _mm256_add_ps(sums[2], sums[3])));
}

const ck_gemm_f32_family ck_gemm_f32_avx2 = {.strip_rows = most_rows, .strip = strip, .dot = dot};

#endif
