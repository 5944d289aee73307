#include "edges.h"

#include "../support/compiler.h"

/// The numbers of the outputs along an axis at which parts begin, and that after the last.
typedef struct bounds {
  size_t at[CK_MOST_PARTS + 1];
} bounds;

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

/// Where outputs from `first` to `end` are cut: behind those whose windows begin before the image, which has `size`
/// pixels along the axis, and before those whose windows end behind it.
static bounds cut(
    size_t first, size_t end, size_t size, size_t pad, size_t stride, size_t kernel, size_t dilation) {
  const size_t extent = (kernel - 1) * dilation + 1, padded = size + pad;
  const size_t begin_of_last_edge = padded < extent ? 0 : (padded - extent) / stride + 1;
  const size_t middle = ck_smaller(larger(ck_parts(pad, stride), first), end);
  const size_t last = ck_smaller(larger(begin_of_last_edge, middle), end);
  return (bounds){{first, middle, last, end}};
}

/// A part of `block` along an axis.
typedef ck_convolution_block (*part_function)(ck_convolution_block block, size_t first, size_t count);

static ck_convolution_block some_columns(ck_convolution_block block, size_t first, size_t count) {
  block.first_column = first;
  block.column_count = count;
  return block;
}

static ck_convolution_block some_rows(ck_convolution_block block, size_t first, size_t count) {
  block.first_row = first;
  block.row_count = count;
  return block;
}

/// Writes the parts between the bounds, except those without outputs, and returns how many there are.
static size_t write_parts(
    bounds bounds, ck_convolution_block block, part_function part, ck_convolution_block parts[CK_MOST_PARTS]) {
  size_t count = 0;
  for (int i = 0; i < CK_MOST_PARTS; i++) {
    const size_t first = bounds.at[i], end = bounds.at[i + 1];
    if (first < end) parts[count++] = part(block, first, end - first);
  }
  return count;
}

size_t ck_cut_columns(
    const ck_convolution_shape *shape, ck_convolution_block block, size_t least_pixels,
    ck_convolution_block parts[CK_MOST_PARTS]) {
  const bounds bounds = cut(
      block.first_column, block.first_column + block.column_count, shape->width, shape->pad_left, shape->stride_x,
      shape->kernel_width, shape->dilation_x);
  parts[0] = block;
  if ((bounds.at[2] - bounds.at[1]) * shape->stride_x < least_pixels) return 1;
  return write_parts(bounds, block, some_columns, parts);
}

size_t ck_cut_at_edges(
    const ck_convolution_shape *shape, ck_convolution_block block, ck_convolution_block parts[CK_MOST_PARTS]) {
  return ck_cut_columns(shape, block, CK_LEAST_PIXELS, parts);
}

size_t ck_cut_rows(
    const ck_convolution_shape *shape, ck_convolution_block block, ck_convolution_block parts[CK_MOST_PARTS]) {
  const bounds bounds = cut(
      block.first_row, block.first_row + block.row_count, shape->height, shape->pad_top, shape->stride_y,
      shape->kernel_height, shape->dilation_y);
  return write_parts(bounds, block, some_rows, parts);
}
