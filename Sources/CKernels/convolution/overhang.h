/// How far windows reach beyond the image.
#pragma once
#include "ck_convolution.h"

#include "../depthwise/pixels.h"

/// How far the windows of a block of a flat image reach beyond it.
static inline ck_depthwise_overhang ck_overhang_of(
    const ck_convolution_shape *shape, const ck_convolution_block *block) {
  size_t end_row = (block->first_row + block->row_count - 1) * shape->stride_y +
                   (shape->kernel_height - 1) * shape->dilation_y + 1;
  size_t end_column = (block->first_column + block->column_count - 1) * shape->stride_x +
                      (shape->kernel_width - 1) * shape->dilation_x + 1;
  return (ck_depthwise_overhang){
      .above = ck_excess(shape->pad_top, block->first_row * shape->stride_y),
      .below = ck_excess(end_row, shape->pad_top + shape->height),
      .left = ck_excess(shape->pad_left, block->first_column * shape->stride_x),
      .right = ck_excess(end_column, shape->pad_left + shape->width),
      .row_stride = shape->stride_y};
}
