#include "families.h"

#if defined(__aarch64__)

#include "../support/compiler.h"
#include "../support/lanes_neon.h"

/// A tile is one half of a panel wide: 6 rows of it are 24 sums, which with four vectors of weights and the factors
/// fill the 32 registers.
enum { half_panel = 16, quarters = 4, most_rows = 6 };

CK_INLINE float32x4_t load_weights(ck_weight_type type, const char *panel, size_t index) {
  if (type == CK_WEIGHT_F32) return vld1q_f32((const float *)panel + index);
  uint16x4_t halves = vld1_u16((const uint16_t *)panel + index);
  if (type == CK_WEIGHT_F16) return vcvt_f32_f16(vreinterpret_f16_u16(halves));
  return vreinterpretq_f32_u32(vshll_n_u16(halves, 16));
}

/// Finishes and stores up to four columns of one row.
CK_INLINE void store(const ck_gemm_f32 *gemm, float32x4_t sum, float32x4_t bias, float *target, size_t count) {
  float32x4_t value = vfmaq_n_f32(bias, sum, gemm->scale);
  if (gemm->residual) value = vaddq_f32(value, load_f32_lanes(gemm->residual + (target - gemm->c), count));
  // A NaN stays NaN in these instructions.
  value = vmaxq_f32(vdupq_n_f32(gemm->minimum), value);
  value = vminq_f32(vdupq_n_f32(gemm->maximum), value);
  store_f32_lanes(target, value, count);
}

/// `rows` rows of one half panel, with all sums in registers. Leaves the weights from `widened` on, unless that is null.
CK_INLINE void tile(
    const int rows, const ck_weight_type type, const ck_gemm_f32 *gemm, const float *a, float *c,
    size_t first_column, float *widened) {
  const size_t stride = gemm->a_stride;
  const size_t weight_bytes = ck_weight_bytes(type);
  const size_t panel_bytes = gemm->panel_rows * CK_PANEL_COLUMNS * weight_bytes;
  const char *b = (const char *)gemm->panels + first_column / CK_PANEL_COLUMNS * panel_bytes +
                  first_column % CK_PANEL_COLUMNS * weight_bytes;

  float32x4_t sums[most_rows][quarters];
  CK_UNROLL for (int quarter = 0; quarter < quarters; quarter++) {
    size_t column = first_column + quarter * lanes;
    size_t count = column < gemm->columns ? ck_smaller(gemm->columns - column, lanes) : 0;
    CK_UNROLL for (int row = 0; row < rows; row++) {
      const float *before = c + row * gemm->c_stride + column;
      sums[row][quarter] = gemm->resumes ? load_f32_lanes(before, count) : vdupq_n_f32(0);
    }
  }
  for (size_t run = 0; run < gemm->run_count; run++) {
    const float *values = a + gemm->runs[run];
    for (size_t k = 0; k < gemm->run_length; k++) {
      float32x4_t weights[quarters];
      CK_UNROLL for (int quarter = 0; quarter < quarters; quarter++) {
        weights[quarter] = load_weights(type, b, quarter * lanes);
        if (widened) vst1q_f32(widened + quarter * lanes, weights[quarter]);
      }
      if (widened) widened += CK_PANEL_COLUMNS;
      CK_UNROLL for (int row = 0; row < rows; row++) {
        float factor = values[row * stride + k];
        CK_UNROLL for (int quarter = 0; quarter < quarters; quarter++) {
          sums[row][quarter] = vfmaq_n_f32(sums[row][quarter], weights[quarter], factor);
        }
      }
      b += CK_PANEL_COLUMNS * weight_bytes;
    }
    b += gemm->run_gap * CK_PANEL_COLUMNS * weight_bytes;
  }

  CK_UNROLL for (int quarter = 0; quarter < quarters; quarter++) {
    size_t column = first_column + quarter * lanes;
    if (column >= gemm->columns) break;
    size_t count = ck_smaller(gemm->columns - column, lanes);
    float32x4_t bias = gemm->bias ? load_f32_lanes(gemm->bias + column, count) : vdupq_n_f32(0);
    CK_UNROLL for (int row = 0; row < rows; row++) {
      store(gemm, sums[row][quarter], bias, c + row * gemm->c_stride + column, count);
    }
  }
}

typedef void (*tile_function)(const ck_gemm_f32 *gemm, const float *a, float *c, size_t first_column);

#define TILE(type, rows)                                                                                     \
  static void tile_##type##_##rows(const ck_gemm_f32 *gemm, const float *a, float *c, size_t first_column) { \
    tile(rows, CK_WEIGHT_##type, gemm, a, c, first_column, NULL);                                            \
  }

#define TILES(type)                                                                                          \
  TILE(type, 1) TILE(type, 2) TILE(type, 3) TILE(type, 4) TILE(type, 5) TILE(type, 6)                        \
  static const tile_function tiles_##type[most_rows + 1] = {                                                 \
      NULL,          tile_##type##_1, tile_##type##_2, tile_##type##_3,                                      \
      tile_##type##_4, tile_##type##_5, tile_##type##_6};

TILES(F32)
TILES(F16)
TILES(BF16)

/// A strip that leaves the weights as f32.
static void widen_in_strip(
    const ck_gemm_f32 *gemm, const float *a, float *c, size_t first_column, size_t end_column) {
  for (size_t column = first_column; column < end_column; column += half_panel) {
    const size_t used = column - first_column, in_panel = used % CK_PANEL_COLUMNS;
    float *widened = gemm->widened + used / CK_PANEL_COLUMNS * ck_widened_elements(gemm) + in_panel;
    if (gemm->weight_type == CK_WEIGHT_F16) {
      tile(most_rows, CK_WEIGHT_F16, gemm, a, c, column, widened);
    } else {
      tile(most_rows, CK_WEIGHT_BF16, gemm, a, c, column, widened);
    }
  }
}

static void strip(
    const ck_gemm_f32 *gemm, const float *a, size_t rows, float *c, size_t first_panel, size_t panel_count) {
  static const tile_function *const tiles[] = {tiles_F32, tiles_F16, tiles_BF16};
  tile_function run_tile = tiles[gemm->weight_type][rows];
  size_t first = first_panel * CK_PANEL_COLUMNS;
  size_t end = ck_smaller(first + panel_count * CK_PANEL_COLUMNS, gemm->columns);
  if (gemm->widened) {
    widen_in_strip(gemm, a, c, first, end);
    return;
  }
  for (size_t column = first; column < end; column += half_panel) run_tile(gemm, a, c, column);
}

static float dot(const float *x, const float *y, size_t count) {
  float32x4_t sums[4];
  CK_UNROLL for (int i = 0; i < 4; i++) sums[i] = vdupq_n_f32(0);
  size_t k = 0;
  for (; k + 4 * lanes <= count; k += 4 * lanes) {
    CK_UNROLL for (int i = 0; i < 4; i++) {
      sums[i] = vfmaq_f32(sums[i], vld1q_f32(x + k + i * lanes), vld1q_f32(y + k + i * lanes));
    }
  }
  float sum = vaddvq_f32(vaddq_f32(vaddq_f32(sums[0], sums[1]), vaddq_f32(sums[2], sums[3])));
  for (; k < count; k++) sum += x[k] * y[k];
  return sum;
}

const ck_gemm_f32_family ck_gemm_f32_neon = {
    .strip_rows = most_rows, .tile_rows = most_rows, .strip = strip,
    .widening_rows = 2 * most_rows, .dot = dot};

#endif
