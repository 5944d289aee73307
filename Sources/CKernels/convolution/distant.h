/// Convolutions whose taps lie far apart, so that many of them meet nothing but padding.
#pragma once
#include "ck_convolution.h"

#include <stdbool.h>

/// Whether neighbouring taps of a row of the kernel are so far apart that it pays to take them one by one.
bool ck_taps_are_distant(const ck_convolution_shape *shape, const ck_gemm_f32 *gemm);

/// Computes a block of a convolution of a single plane whose taps are distant.
void ck_convolution_distant_f32_run(
    const ck_gemm_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_gemm_f32 *gemm, const ck_convolution_block *block);
