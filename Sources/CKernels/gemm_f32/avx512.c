#include "families.h"

#if defined(__x86_64__)

#include "../support/compiler.h"
#include "../support/fetch.h"
#include "../support/rows.h"
#include "../support/stores.h"

#include <immintrin.h>

/// A tile has up to 28 sums, which with two vectors of weights and a factor fill the 32 registers: 14 rows of a panel. A
/// few rows take several panels at once, which gives the multipliers enough independent sums to work on; so do short
/// products, since what they write then lies together.
enum {
  vector_floats = 16,
  panel_vectors = CK_PANEL_COLUMNS / vector_floats,
  most_rows = 14,
  most_rows_of_pairs = 6,
  most_vectors = 8,
  short_depth = 128
};

_Static_assert(most_rows <= CK_MOST_ADDRESSED_ROWS, "rows without an address");

/// How far ahead panels are fetched: by itself the processor is late where they come from the L2 cache.
enum { prefetched_bytes = 1024 };

/// How many rows of B are multiplied in a row: to save the instructions of a loop. And how much of what is read next is
/// fetched meanwhile, so that four tiles fetch as much as each of them uses.
enum { rows_in_a_row = 4, fetched_lines = 2 };

CK_INLINE CK_AVX512 __mmask16 first_lanes(size_t count) {
  return count >= vector_floats ? 0xffff : (__mmask16)((1u << count) - 1);
}

/// Sixteen weights as f32.
CK_INLINE CK_AVX512 __m512 load_weights(ck_weight_type type, const char *panel, size_t index) {
  if (type == CK_WEIGHT_F32) return _mm512_loadu_ps((const float *)panel + index);
  __m256i halves = _mm256_loadu_si256((const __m256i *)((const uint16_t *)panel + index));
  if (type == CK_WEIGHT_F16) return _mm512_cvtph_ps(halves);
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
}

CK_INLINE CK_AVX512 void prefetch_rows(const char *b, size_t row_bytes) {
  CK_UNROLL for (int i = 0; i < rows_in_a_row; i++) _mm_prefetch(b + i * row_bytes, _MM_HINT_T0);
}

/// Adds the products of one row of B for `vectors` neighbouring vectors of columns, of one panel or of several. Leaves
/// the row at `widened`, unless that is null.
CK_INLINE CK_AVX512 void add_row(
    const int rows, const int vectors, const ck_weight_type type, __m512 sums[][most_vectors], const float **a,
    const int k, ck_row_distances distances, const char *b, size_t panel_bytes, float *widened) {
  __m512 weights[most_vectors];
  CK_UNROLL for (int i = 0; i < vectors; i++) {
    weights[i] = load_weights(type, b + i / panel_vectors * panel_bytes, i % panel_vectors * vector_floats);
    if (widened) _mm512_store_ps(widened + i * vector_floats, weights[i]);
  }
  CK_UNROLL for (int row = 0; row < rows; row++) {
    __m512 factor = _mm512_set1_ps(((const float *)ck_in_row(*a, distances, row))[k]);
    CK_UNROLL for (int i = 0; i < vectors; i++) sums[row][i] = _mm512_fmadd_ps(factor, weights[i], sums[row][i]);
    // Or else the addresses of all rows would be computed beforehand, and be more than there are registers.
    CK_FORGET(*a);
  }
}

/// Asks for the lines of C that a tile is going to write.
CK_INLINE CK_AVX512 void expect_stores(const int rows, const int vectors, const ck_gemm_f32 *gemm, const float *c) {
  CK_UNROLL for (int row = 0; row < rows; row++) {
    CK_UNROLL for (int i = 0; i < vectors; i++) ck_expect_store(c + row * gemm->c_stride + i * vector_floats);
  }
}

/// What the call before has left in C.
CK_INLINE CK_AVX512 void load_sums(
    const int rows, const int vectors, const ck_gemm_f32 *gemm, const float *c, size_t columns,
    __m512 sums[][most_vectors]) {
  CK_UNROLL for (int i = 0; i < vectors; i++) {
    size_t offset = i * vector_floats;
    if (offset >= columns) break;
    __mmask16 mask = first_lanes(columns - offset);
    CK_UNROLL for (int row = 0; row < rows; row++) {
      sums[row][i] = _mm512_maskz_loadu_ps(mask, c + row * gemm->c_stride + offset);
    }
  }
}

/// Adds the products with the panels from `b` on. If it `widens`, they are one panel, whose rows it leaves where the
/// product says.
CK_INLINE CK_AVX512 void add_panels(
    const int rows, const int vectors, const ck_weight_type type, const bool widens, const ck_gemm_f32 *gemm,
    const float *a, const char *b, size_t panel_bytes, ck_fetch *rest_ahead, __m512 sums[][most_vectors]) {
  float *widened = gemm->widened;
  ck_fetch ahead = *rest_ahead;
  const size_t row_bytes = CK_PANEL_COLUMNS * ck_weight_bytes(type);
  const size_t rest = gemm->run_length % rows_in_a_row, whole = gemm->run_length - rest;
  const ck_row_distances distances = ck_multiples_of(gemm->a_stride * sizeof(float));
  for (size_t run = 0; run < gemm->run_count; run++) {
    const float *at = a + gemm->runs[run];
    const char *end = b + whole * row_bytes;
    for (; b != end; at += rows_in_a_row, b += rows_in_a_row * row_bytes) {
      if (vectors <= panel_vectors) prefetch_rows(b + prefetched_bytes, row_bytes);
      ck_fetch_lines(&ahead, fetched_lines);
      CK_UNROLL for (int i = 0; i < rows_in_a_row; i++) {
        float *widened_row = widens ? widened + i * CK_PANEL_COLUMNS : NULL;
        add_row(rows, vectors, type, sums, &at, i, distances, b + i * row_bytes, panel_bytes, widened_row);
      }
      if (widens) widened += rows_in_a_row * CK_PANEL_COLUMNS;
    }
    for (end = b + rest * row_bytes; b != end; at++, b += row_bytes) {
      add_row(rows, vectors, type, sums, &at, 0, distances, b, panel_bytes, widens ? widened : NULL);
      if (widens) widened += CK_PANEL_COLUMNS;
    }
    b += gemm->run_gap * row_bytes;
  }
  *rest_ahead = ahead;
}

CK_INLINE CK_AVX512 __m512 load_lanes(const bool whole, const float *source, __mmask16 mask) {
  return whole ? _mm512_loadu_ps(source) : _mm512_maskz_loadu_ps(mask, source);
}

/// Finishes and stores the sums of `vectors` vectors of columns, of which `columns` are in use: all of them if `whole`.
CK_INLINE CK_AVX512 void finish(
    const int rows, const int vectors, const bool whole, const ck_gemm_f32 *gemm, __m512 sums[][most_vectors],
    float *c, size_t column, size_t columns) {
  const __m512 scale = _mm512_set1_ps(gemm->scale);
  __mmask16 masks[most_vectors];
  CK_UNROLL for (int i = 0; i < vectors; i++) {
    const int offset = i * vector_floats;
    masks[i] = columns > (size_t)offset ? first_lanes(columns - offset) : 0;
    const __m512 bias = gemm->bias ? load_lanes(whole, gemm->bias + column + offset, masks[i]) : _mm512_setzero_ps();
    CK_UNROLL for (int row = 0; row < rows; row++) sums[row][i] = _mm512_fmadd_ps(sums[row][i], scale, bias);
  }
  if (gemm->residual) {
    const float *residual = gemm->residual + (c - gemm->c);
    CK_UNROLL for (int row = 0; row < rows; row++, residual += gemm->c_stride) {
      CK_UNROLL for (int i = 0; i < vectors; i++) {
        sums[row][i] = _mm512_add_ps(sums[row][i], load_lanes(whole, residual + i * vector_floats, masks[i]));
      }
    }
  }
  const __m512 minimum = _mm512_set1_ps(gemm->minimum);
  const __m512 maximum = _mm512_set1_ps(gemm->maximum);
  CK_UNROLL for (int row = 0; row < rows; row++, c += gemm->c_stride) {
    CK_UNROLL for (int i = 0; i < vectors; i++) {
      // Where one operand is NaN these instructions return the second.
      const __m512 value = _mm512_min_ps(maximum, _mm512_max_ps(minimum, sums[row][i]));
      if (whole) _mm512_storeu_ps(c + i * vector_floats, value);
      else _mm512_mask_storeu_ps(c + i * vector_floats, masks[i], value);
    }
  }
}

/// `rows` rows of `vectors` vectors of columns, with all sums in registers. `c` is where they go, `column` the first of
/// the panels.
CK_INLINE CK_AVX512 void tile(
    const int rows, const int vectors, const ck_weight_type type, const bool widens, const ck_gemm_f32 *gemm,
    const float *a, const char *panel, float *c, size_t column, ck_fetch *ahead) {
  const size_t panel_bytes = gemm->panel_rows * CK_PANEL_COLUMNS * ck_weight_bytes(type);
  const size_t columns = gemm->columns - column;
  __m512 sums[most_rows][most_vectors];
  expect_stores(rows, vectors, gemm, c);
  CK_UNROLL for (int row = 0; row < rows; row++) {
    CK_UNROLL for (int i = 0; i < vectors; i++) sums[row][i] = _mm512_setzero_ps();
  }
  if (gemm->resumes) load_sums(rows, vectors, gemm, c, columns, sums);
  add_panels(rows, vectors, type, widens, gemm, a, panel, panel_bytes, ahead, sums);
  if (columns >= (size_t)vectors * vector_floats) {
    finish(rows, vectors, true, gemm, sums, c, column, columns);
  } else {
    finish(rows, vectors, false, gemm, sums, c, column, columns);
  }
}

typedef void (*tile_function)(
    const ck_gemm_f32 *gemm, const float *a, const char *panel, float *c, size_t column, ck_fetch *ahead);

#define TILE(type, rows, vectors)                                                                            \
  CK_AVX512 static void tile_##type##_##rows##x##vectors(                                                    \
      const ck_gemm_f32 *gemm, const float *a, const char *panel, float *c, size_t column, ck_fetch *ahead) { \
    tile(rows, vectors, CK_WEIGHT_##type, false, gemm, a, panel, c, column, ahead);                          \
  }

#define TILES_TO_6(type, vectors)                                                                            \
  TILE(type, 1, vectors) TILE(type, 2, vectors) TILE(type, 3, vectors) TILE(type, 4, vectors)                \
  TILE(type, 5, vectors) TILE(type, 6, vectors)

#define TILES_TO_14(type, vectors)                                                                           \
  TILES_TO_6(type, vectors)                                                                                  \
  TILE(type, 7, vectors) TILE(type, 8, vectors) TILE(type, 9, vectors) TILE(type, 10, vectors)               \
  TILE(type, 11, vectors) TILE(type, 12, vectors) TILE(type, 13, vectors) TILE(type, 14, vectors)

#define LIST_TO_6(type, vectors)                                                                             \
  tile_##type##_1x##vectors, tile_##type##_2x##vectors, tile_##type##_3x##vectors,                           \
      tile_##type##_4x##vectors, tile_##type##_5x##vectors, tile_##type##_6x##vectors

#define LIST_TO_14(type, vectors)                                                                            \
  LIST_TO_6(type, vectors), tile_##type##_7x##vectors, tile_##type##_8x##vectors, tile_##type##_9x##vectors, \
      tile_##type##_10x##vectors, tile_##type##_11x##vectors, tile_##type##_12x##vectors,                    \
      tile_##type##_13x##vectors, tile_##type##_14x##vectors

/// The tiles of a type of weights by their height: of half a panel, of a panel, of two; and a row of four.
typedef struct tile_list {
  tile_function halves[most_rows], panels[most_rows], pairs[most_rows_of_pairs], row_of_four;
} tile_list;

#define TILES(type)                                                                                          \
  TILES_TO_14(type, 1) TILES_TO_14(type, 2) TILES_TO_6(type, 4) TILE(type, 1, 8)                             \
  static const tile_list tiles_##type = {                                                                    \
      {LIST_TO_14(type, 1)}, {LIST_TO_14(type, 2)}, {LIST_TO_6(type, 4)}, tile_##type##_1x8};

TILES(F32)
TILES(F16)
TILES(BF16)

#define WIDENING_TILE(type)                                                                                  \
  CK_AVX512 static void widening_tile_##type(                                                                \
      const ck_gemm_f32 *gemm, const float *a, const char *panel, float *c, size_t column, ck_fetch *ahead) { \
    tile(most_rows, panel_vectors, CK_WEIGHT_##type, true, gemm, a, panel, c, column, ahead);                \
  }

WIDENING_TILE(F16)
WIDENING_TILE(BF16)

/// The tiles that some panels are multiplied with, how many of these they take, and their greatest height.
typedef struct tile_choice {
  const tile_function *of_height;
  size_t panels, rows;
} tile_choice;

static tile_choice choose_tiles(const tile_list *tiles, size_t rows, size_t depth, size_t panels, size_t columns) {
  if (rows == 1 && panels >= 4) return (tile_choice){&tiles->row_of_four, 4, 1};
  bool in_pairs = (rows <= most_rows_of_pairs || depth <= short_depth) && columns > 3 * vector_floats;
  if (in_pairs && panels >= 2) return (tile_choice){tiles->pairs, 2, most_rows_of_pairs};
  return (tile_choice){columns <= vector_floats ? tiles->halves : tiles->panels, 1, most_rows};
}

/// A strip that leaves the weights as f32.
static void widen_in_strip(
    const ck_gemm_f32 *gemm, const float *a, float *c, size_t first_panel, size_t panel_count) {
  const tile_function run_tile = gemm->weight_type == CK_WEIGHT_F16 ? widening_tile_F16 : widening_tile_BF16;
  const size_t panel_elements = gemm->panel_rows * CK_PANEL_COLUMNS;
  ck_fetch ahead = ck_begin_fetch(gemm->ahead);
  ck_gemm_f32 one = *gemm;
  for (size_t i = 0; i < panel_count; i++) {
    const size_t index = first_panel + i, column = index * CK_PANEL_COLUMNS;
    one.widened = gemm->widened + i * ck_widened_elements(gemm);
    const uint16_t *panel = (const uint16_t *)gemm->panels + index * panel_elements;
    run_tile(&one, a, (const char *)panel, c + column, column, &ahead);
  }
}

static void strip(
    const ck_gemm_f32 *gemm, const float *a, size_t rows, float *c, size_t first_panel, size_t panel_count) {
  if (gemm->widened) {
    widen_in_strip(gemm, a, c, first_panel, panel_count);
    return;
  }
  static const tile_list *const lists[] = {&tiles_F32, &tiles_F16, &tiles_BF16};
  const tile_list *list = lists[gemm->weight_type];
  const size_t panel_bytes = gemm->panel_rows * CK_PANEL_COLUMNS * ck_weight_bytes(gemm->weight_type);
  const size_t depth = gemm->run_count * gemm->run_length;
  const size_t end = first_panel + panel_count;
  ck_fetch ahead = ck_begin_fetch(gemm->ahead);
  for (size_t index = first_panel; index < end;) {
    const char *panel = (const char *)gemm->panels + index * panel_bytes;
    const size_t column = index * CK_PANEL_COLUMNS;
    const tile_choice tiles = choose_tiles(list, rows, depth, end - index, gemm->columns - column);
    const size_t tile_count = ck_parts(rows, tiles.rows);
    const size_t least_height = rows / tile_count, higher_count = rows % tile_count;
    for (size_t i = 0, row = 0, height; i < tile_count; i++, row += height) {
      height = least_height + (i < higher_count);
      float *target = c + row * gemm->c_stride + column;
      tiles.of_height[height - 1](gemm, a + row * gemm->a_stride, panel, target, column, &ahead);
    }
    index += tiles.panels;
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
    __mmask16 mask = first_lanes(count - k);
    __m512 factor = _mm512_maskz_loadu_ps(mask, x + k);
    sums[0] = _mm512_fmadd_ps(factor, _mm512_maskz_loadu_ps(mask, y + k), sums[0]);
  }
  return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(sums[0], sums[1]), _mm512_add_ps(sums[2], sums[3])));
}

const ck_gemm_f32_family ck_gemm_f32_avx512 = {
    .strip_rows = most_rows, .tile_rows = most_rows, .strip = strip, .fetches = true,
    .widening_rows = 2 * most_rows, .dot = dot};

#endif
