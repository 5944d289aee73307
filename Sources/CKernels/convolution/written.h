/// Convolutions of bytes whose taps lie far apart: their windows are written out, straight from the image.
#pragma once
#include "band.h"

/// Whether the windows of a block, whose band would be a copy, take less memory than that: most of it would be padding,
/// or pixels between the taps.
bool ck_writes_windows(const ck_convolution_shape *shape, uint8_t flip, const ck_convolution_block *block);

/// Computes a block of such a convolution, like `ck_convolution_u8s8_run`.
void ck_convolution_written_run(
    const ck_gemm_u8s8_family *family, const ck_convolution_shape *shape, const uint8_t *input, uint8_t fill,
    const ck_gemm_u8s8 *gemm, const ck_convolution_block *block);
