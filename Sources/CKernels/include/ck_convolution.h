/// Convolutions of images in NHWC order: the channels of a pixel are neighbours, rows of pixels follow each other.
///
/// A convolution is a product whose left operand has one row for each output pixel: its window. Windows are written out
/// only where their runs are short or their taps far apart, and only for bytes. Otherwise each is a few runs of
/// neighbouring elements in the image itself, or, where the image needs padding, in a copy of a band of it that stays in
/// the cache.
#pragma once
#include "ck_depthwise.h"
#include "ck_gemm_f32.h"
#include "ck_gemm_u8s8.h"
#include "ck_grouped.h"
#include <stddef.h>
#include <stdint.h>

/// An image is a stack of planes; one of two dimensions has a single plane, as has its kernel.
typedef struct ck_convolution_shape {
  size_t images;
  size_t depth, height, width;
  size_t output_depth, output_height, output_width;
  size_t kernel_depth, kernel_height, kernel_width;
  size_t stride_z, stride_y, stride_x;
  size_t dilation_z, dilation_y, dilation_x;
  size_t pad_front, pad_top, pad_left;
  /// Channels of one input pixel, of all groups.
  size_t channels;
  size_t groups;
  /// Elements of a float32 output from one pixel, row, plane and image to the next. Outputs of bytes are dense.
  size_t pixel_stride, row_stride, plane_stride, image_stride;
} ck_convolution_shape;

/// The part of a convolution that is computed at once: a rectangle of the output pixels of a plane, and some panels of
/// each group's output channels. It may be of several images only in float32, and where images and kernel have a single
/// plane, and there is one group of channels and no dilation within a row.
typedef struct ck_convolution_block {
  /// The first plane of the output, counted through all images.
  size_t plane;
  size_t image_count;
  size_t first_row, row_count;
  size_t first_column, column_count;
  size_t first_panel, panel_count;
} ck_convolution_block;

/// Computes a block. `gemm` describes the product of the first group, whose windows have a run for each row of each
/// plane of the kernel, or a run for each of its taps; `a`, `a_stride`, `runs`, `rows` and `c_stride` are filled in here.
/// Panels, columns and channels of the other groups follow those of the first.
void ck_convolution_f32_run(
    const ck_gemm_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_gemm_f32 *gemm, ck_convolution_block block);

/// Computes a block of a convolution in groups whose kernel has three columns; the panels of `block` are units of all
/// groups. The `kernel_height` of `grouped` counts the rows of all planes of the kernel; its strides are filled in here.
void ck_convolution_grouped_f32_run(
    const ck_grouped_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_grouped_f32 *grouped, ck_convolution_block block);

/// The most bytes of a run that is gathered.
enum { CK_MOST_GATHERED = 32 };

/// The same for bytes. Padding is `fill`, which is the zero point of the activations before `gemm->a_flip`.
///
/// Where there is one group of channels and `gemm` has a single run but windows have several, of at most
/// `CK_MOST_GATHERED` bytes, these are gathered: windows are written out, a few rows of output pixels at a time.
void ck_convolution_u8s8_run(
    const ck_gemm_u8s8_family *family, const ck_convolution_shape *shape, const uint8_t *input, uint8_t fill,
    const ck_gemm_u8s8 *gemm, ck_convolution_block block);

/// Computes a block of a convolution in which each channel is a group of its own. The `kernel_height` of `depthwise`
/// counts the rows of all planes of the kernel; its `output_stride` is filled in here.
void ck_convolution_depthwise_f32_run(
    const ck_depthwise_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_depthwise_f32 *depthwise, ck_convolution_block block);

/// The same for bytes, with `fill` and `flip` as above.
void ck_convolution_depthwise_u8_run(
    const ck_depthwise_u8_family *family, const ck_convolution_shape *shape, const uint8_t *input, uint8_t fill,
    uint8_t flip, const ck_depthwise_u8 *depthwise, ck_convolution_block block);

/// Writes each of `count` elements `times` times.
void ck_repeat_f32(const float *input, size_t count, size_t times, float *output);
void ck_repeat_u8(const uint8_t *input, size_t count, size_t times, uint8_t *output);
