#include "families.h"

#if defined(__x86_64__)

#include "../support/compiler.h"

#include <immintrin.h>

enum { vector_floats = 16, most_rows = 14 };

CK_INLINE CK_AVX512 __mmask16 columns_mask(size_t columns) {
  return columns >= vector_floats ? 0xffff : (__mmask16)((1u << columns) - 1);
}

/// Sixteen weights as f32.
CK_INLINE CK_AVX512 __m512 load_weights(ck_weight_type type, const char *panel, size_t index) {
  if (type == CK_WEIGHT_F32) return _mm512_loadu_ps((const float *)panel + index);
  __m256i halves = _mm256_loadu_si256((const __m256i *)((const uint16_t *)panel + index));
  if (type == CK_WEIGHT_F16) return _mm512_cvtph_ps(halves);
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
}

/// Finishes and stores sixteen columns of one row.
CK_INLINE CK_AVX512 void store(
    const ck_gemm_f32 *gemm, __m512 sum, __m512 bias, float *target, __mmask16 mask) {
  __m512 value = _mm512_fmadd_ps(sum, _mm512_set1_ps(gemm->scale), bias);
  if (gemm->residual) {
    value = _mm512_add_ps(value, _mm512_maskz_loadu_ps(mask, gemm->residual + (target - gemm->c)));
  }
  // Where one operand is NaN these instructions return the second.
  value = _mm512_max_ps(_mm512_set1_ps(gemm->minimum), value);
  value = _mm512_min_ps(_mm512_set1_ps(gemm->maximum), value);
  _mm512_mask_storeu_ps(target, mask, value);
}

/// What the slice before has left in C.
CK_INLINE CK_AVX512 void load_sums(
    const int rows, const int panels, const int halves, const ck_gemm_f32 *gemm, const float *c, size_t first_panel,
    __m512 sums[][2]) {
  CK_UNROLL for (int panel = 0; panel < panels; panel++) {
    size_t column = (first_panel + panel) * CK_PANEL_COLUMNS;
    CK_UNROLL for (int half = 0; half < halves; half++, column += vector_floats) {
      if (column >= gemm->columns) break;
      __mmask16 mask = columns_mask(gemm->columns - column);
      CK_UNROLL for (int row = 0; row < rows; row++) {
        sums[panel * rows + row][half] = _mm512_maskz_loadu_ps(mask, c + row * gemm->c_stride + column);
      }
    }
  }
}

/// Adds the products of one row of B.
CK_INLINE CK_AVX512 void add_row(
    const int rows, const int panels, const int halves, const ck_weight_type type, __m512 sums[][2],
    const float *const bases[], size_t stride, size_t k, const char *b, size_t panel_bytes) {
  CK_UNROLL for (int panel = 0; panel < panels; panel++) {
    __m512 weights[2];
    CK_UNROLL for (int half = 0; half < halves; half++) {
      weights[half] = load_weights(type, b + panel * panel_bytes, half * vector_floats);
    }
    if (panels == 1) _mm_prefetch(b + 1024, _MM_HINT_T0);
    CK_UNROLL for (int row = 0; row < rows; row++) {
      __m512 factor = _mm512_set1_ps(bases[row / 3][(row % 3) * stride + k]);
      __m512 *sum = sums[panel * rows + row];
      CK_UNROLL for (int half = 0; half < halves; half++) {
        sum[half] = _mm512_fmadd_ps(factor, weights[half], sum[half]);
      }
    }
  }
}

/// `rows` rows of `panels` panels, or of the first of their two halves, with all sums in registers: 28 of them for 14
/// rows of one panel. Where there are fewer rows, several panels at once give the multipliers enough independent sums
/// to work on.
CK_INLINE CK_AVX512 void tile(
    const int rows, const int panels, const int halves, const ck_weight_type type, const ck_gemm_f32 *gemm,
    const float *a, float *c, size_t first_panel) {
  const size_t stride = gemm->a_stride;
  const size_t run_length = gemm->run_length;
  const size_t weight_bytes = type == CK_WEIGHT_F32 ? sizeof(float) : sizeof(uint16_t);
  const size_t row_bytes = CK_PANEL_COLUMNS * weight_bytes;
  const size_t panel_bytes = gemm->panel_rows * row_bytes;
  const char *b = (const char *)gemm->panels + first_panel * panel_bytes;
  // Rows of B that are taken in one turn of the loop, so that its overhead stays small beside few products.
  const int step = rows == 1 ? 4 : rows <= 3 ? 2 : 1;

  __m512 sums[most_rows][2];
  CK_UNROLL for (int i = 0; i < rows * panels; i++) sums[i][0] = sums[i][1] = _mm512_setzero_ps();
  if (gemm->resumes) load_sums(rows, panels, halves, gemm, c, first_panel, sums);

  for (size_t run = 0; run < gemm->run_count; run++) {
    // An address can hold a base and one or two strides, so every third row has a base of its own.
    const float *bases[5];
    CK_UNROLL for (int row = 0; row < rows; row += 3) bases[row / 3] = a + gemm->runs[run] + row * stride;
    size_t k = 0;
    for (; k + step <= run_length; k += step, b += step * row_bytes) {
      CK_UNROLL for (int i = 0; i < step; i++) {
        add_row(rows, panels, halves, type, sums, bases, stride, k + i, b + i * row_bytes, panel_bytes);
      }
    }
    for (; step > 1 && k < run_length; k++, b += row_bytes) {
      add_row(rows, panels, halves, type, sums, bases, stride, k, b, panel_bytes);
    }
  }

  CK_UNROLL for (int panel = 0; panel < panels; panel++) {
    size_t column = (first_panel + panel) * CK_PANEL_COLUMNS;
    CK_UNROLL for (int half = 0; half < halves; half++, column += vector_floats) {
      if (column >= gemm->columns) break;
      __mmask16 mask = columns_mask(gemm->columns - column);
      __m512 bias = gemm->bias ? _mm512_maskz_loadu_ps(mask, gemm->bias + column) : _mm512_setzero_ps();
      CK_UNROLL for (int row = 0; row < rows; row++) {
        store(gemm, sums[panel * rows + row][half], bias, c + row * gemm->c_stride + column, mask);
      }
    }
  }
}

typedef void (*tile_function)(const ck_gemm_f32 *gemm, const float *a, float *c, size_t panel);

#define TILE(type, rows, panels, halves)                                                                     \
  CK_AVX512 static void tile_##type##_##rows##x##panels##x##halves(                                          \
      const ck_gemm_f32 *gemm, const float *a, float *c, size_t panel) {                                     \
    tile(rows, panels, halves, CK_WEIGHT_##type, gemm, a, c, panel);                                         \
  }

#define TILES_OF_HEIGHTS(type, halves)                                                                       \
  TILE(type, 1, 1, halves) TILE(type, 2, 1, halves) TILE(type, 3, 1, halves) TILE(type, 4, 1, halves)        \
  TILE(type, 5, 1, halves) TILE(type, 6, 1, halves) TILE(type, 7, 1, halves) TILE(type, 8, 1, halves)        \
  TILE(type, 9, 1, halves) TILE(type, 10, 1, halves) TILE(type, 11, 1, halves) TILE(type, 12, 1, halves)     \
  TILE(type, 13, 1, halves) TILE(type, 14, 1, halves)

#define LIST_OF_HEIGHTS(type, halves)                                                                        \
  NULL, tile_##type##_1x1x##halves, tile_##type##_2x1x##halves, tile_##type##_3x1x##halves,                  \
      tile_##type##_4x1x##halves, tile_##type##_5x1x##halves, tile_##type##_6x1x##halves,                    \
      tile_##type##_7x1x##halves, tile_##type##_8x1x##halves, tile_##type##_9x1x##halves,                    \
      tile_##type##_10x1x##halves, tile_##type##_11x1x##halves, tile_##type##_12x1x##halves,                 \
      tile_##type##_13x1x##halves, tile_##type##_14x1x##halves

#define TILES(type)                                                                                          \
  TILES_OF_HEIGHTS(type, 1) TILES_OF_HEIGHTS(type, 2)                                                        \
  TILE(type, 1, 4, 2) TILE(type, 1, 2, 2) TILE(type, 2, 2, 2) TILE(type, 3, 2, 2)                            \
  static const tile_function half_tiles_##type[most_rows + 1] = {LIST_OF_HEIGHTS(type, 1)};                  \
  static const tile_function tiles_##type[most_rows + 1] = {LIST_OF_HEIGHTS(type, 2)};                       \
  static const tile_function wide_tiles_##type[4] = {                                                        \
      tile_##type##_1x4x2, tile_##type##_1x2x2, tile_##type##_2x2x2, tile_##type##_3x2x2};

TILES(F32)
TILES(F16)
TILES(BF16)

static void strip(
    const ck_gemm_f32 *gemm, const float *a, size_t rows, float *c, size_t first_panel, size_t panel_count) {
  static const tile_function *const half_tiles[] = {half_tiles_F32, half_tiles_F16, half_tiles_BF16};
  static const tile_function *const tiles[] = {tiles_F32, tiles_F16, tiles_BF16};
  // By 4 panels for one row, and by 2 panels for 1 to 3 rows.
  static const tile_function *const wide_tiles[] = {wide_tiles_F32, wide_tiles_F16, wide_tiles_BF16};
  const tile_function *wide = wide_tiles[gemm->weight_type];
  size_t panel = first_panel;
  size_t end = first_panel + panel_count;
  if (rows == 1) {
    for (; panel + 4 <= end; panel += 4) wide[0](gemm, a, c, panel);
  }
  if (rows <= 3) {
    for (; panel + 2 <= end; panel += 2) wide[rows](gemm, a, c, panel);
  }
  for (; panel < end; panel++) {
    bool is_half = gemm->columns - panel * CK_PANEL_COLUMNS <= vector_floats;
    const tile_function *of_type = is_half ? half_tiles[gemm->weight_type] : tiles[gemm->weight_type];
    of_type[rows](gemm, a, c, panel);
  }
}

CK_INLINE CK_AVX512 void widen_from(
    const ck_weight_type type, const uint16_t *weights, size_t count, float *widened) {
  for (size_t i = 0; i < count; i += vector_floats) {
    _mm512_storeu_ps(widened + i, load_weights(type, (const char *)weights, i));
  }
}

CK_AVX512 static void widen(ck_weight_type type, const uint16_t *weights, size_t count, float *widened) {
  if (type == CK_WEIGHT_F16) {
    widen_from(CK_WEIGHT_F16, weights, count, widened);
  } else {
    widen_from(CK_WEIGHT_BF16, weights, count, widened);
  }
}

CK_AVX512 static float dot(const float *x, const float *y, size_t count) {
  __m512 sums[4];
  CK_UNROLL for (int i = 0; i < 4; i++) sums[i] = _mm512_setzero_ps();
  size_t k = 0;
  for (; k + 4 * vector_floats <= count; k += 4 * vector_floats) {
    CK_UNROLL for (int i = 0; i < 4; i++) {
      size_t at = k + i * vector_floats;
      sums[i] = _mm512_fmadd_ps(_mm512_loadu_ps(x + at), _mm512_loadu_ps(y + at), sums[i]);
    }
  }
  for (; k < count; k += vector_floats) {
    __mmask16 mask = columns_mask(count - k);
    __m512 factor = _mm512_maskz_loadu_ps(mask, x + k);
    sums[0] = _mm512_fmadd_ps(factor, _mm512_maskz_loadu_ps(mask, y + k), sums[0]);
  }
  return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(sums[0], sums[1]), _mm512_add_ps(sums[2], sums[3])));
}

const ck_gemm_f32_family ck_gemm_f32_avx512 = {
    .strip_rows = most_rows, .tile_rows = most_rows, .strip = strip,
    .widening_rows = 4 * most_rows, .widen = widen, .dot = dot};

#endif
