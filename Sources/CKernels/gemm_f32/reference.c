#include "families.h"

#include "../support/compiler.h"
#include "../support/half.h"

static float weight_at(const ck_gemm_f32 *gemm, size_t index) {
  switch (gemm->weight_type) {
  case CK_WEIGHT_F32: return ((const float *)gemm->panels)[index];
  case CK_WEIGHT_F16: return ck_f16_to_f32(((const uint16_t *)gemm->panels)[index]);
  case CK_WEIGHT_BF16: return ck_bf16_to_f32(((const uint16_t *)gemm->panels)[index]);
  }
  return 0;
}

static float element(const ck_gemm_f32 *gemm, const float *a, size_t panel, size_t column, float sum) {
  size_t index = panel * gemm->panel_rows * CK_PANEL_COLUMNS + column;
  for (size_t run = 0; run < gemm->run_count; run++) {
    for (size_t k = 0; k < gemm->run_length; k++) {
      sum += a[gemm->runs[run] + k] * weight_at(gemm, index);
      index += CK_PANEL_COLUMNS;
    }
    index += gemm->run_gap * CK_PANEL_COLUMNS;
  }
  return sum;
}

static void strip(
    const ck_gemm_f32 *gemm, const float *a, size_t rows, float *c, size_t first_panel, size_t panel_count) {
  size_t first = first_panel * CK_PANEL_COLUMNS;
  size_t end = ck_smaller(first + panel_count * CK_PANEL_COLUMNS, gemm->columns);
  for (size_t row = 0; row < rows; row++) {
    for (size_t n = first; n < end; n++) {
      float *target = c + row * gemm->c_stride + n;
      float before = gemm->resumes ? *target : 0;
      float sum = element(gemm, a + row * gemm->a_stride, n / CK_PANEL_COLUMNS, n % CK_PANEL_COLUMNS, before);
      float value = gemm->scale * sum + (gemm->bias ? gemm->bias[n] : 0);
      if (gemm->residual) value += gemm->residual[target - gemm->c];
      value = gemm->minimum > value ? gemm->minimum : value;
      *target = gemm->maximum < value ? gemm->maximum : value;
    }
  }
}

static float dot(const float *x, const float *y, size_t count) {
  float sum = 0;
  for (size_t i = 0; i < count; i++) sum += x[i] * y[i];
  return sum;
}

const ck_gemm_f32_family ck_gemm_f32_reference = {
    .strip_rows = 4, .tile_rows = 4, .strip = strip, .dot = dot};
