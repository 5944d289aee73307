/// Depthwise convolutions of large images with many channels, of which some are taken at a time.
///
/// The same channels of neighbouring pixels lie far apart there, so that few of them are in the caches together. They are
/// copied to where they are neighbours.
#pragma once
#include "ck_convolution.h"

/// Whether a block has only some of the channels.
bool ck_is_slice(const ck_convolution_shape *shape, const ck_convolution_block *block);

/// Computes such a block, like `ck_convolution_depthwise_f32_run`, of an image of one plane, without dilation.
void ck_convolution_sliced_f32_run(
    const ck_depthwise_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_depthwise_f32 *depthwise, const ck_convolution_block *block);
