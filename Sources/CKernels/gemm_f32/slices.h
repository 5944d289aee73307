/// Products that are taken some rows of B at a time, with the sums in C in between.
#pragma once
#include "ck_gemm_f32.h"

#include <math.h>

/// Has the sums of a slice stay in C as they are, for a later slice to go on with.
static inline void ck_leave_sums(ck_gemm_f32 *gemm) {
  gemm->scale = 1;
  gemm->bias = NULL;
  gemm->residual = NULL;
  gemm->minimum = -INFINITY;
  gemm->maximum = INFINITY;
}
