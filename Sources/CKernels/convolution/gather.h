/// Convolutions of bytes whose windows are written out, because their runs are too short to be used in place.
#pragma once
#include "ck_convolution.h"

/// Whether a product, which has weights in one run, takes windows that have several.
bool ck_gathers_windows(const ck_convolution_shape *shape, const ck_gemm_u8s8 *gemm);

/// Computes a block of such a convolution, like `ck_convolution_u8s8_run`.
void ck_convolution_gathered_run(
    const ck_gemm_u8s8_family *family, const ck_convolution_shape *shape, const uint8_t *input, uint8_t fill,
    const ck_gemm_u8s8 *gemm, const ck_convolution_block *block);
