/// Convolutions of many small images at once.
#pragma once
#include "ck_convolution.h"

/// Computes a block of several images. Pixels at the same place of all images are multiplied together: these are more
/// than there are in a row of a small image, and the same taps lie on the padding for all of them and are left out.
void ck_convolution_stack_f32_run(
    const ck_gemm_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_gemm_f32 *gemm, const ck_convolution_block *block);
