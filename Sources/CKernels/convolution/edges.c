#include "edges.h"

#include "../support/compiler.h"

/// Fewer pixels of a row of the image than this between the edges are not worth a part of their own: they are copied
/// with those at the edges.
enum { least_pixels = 64 };

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

/// The first output column whose window lies within the image on its left.
static size_t end_of_left_edge(const ck_convolution_shape *shape) {
  return ck_parts(shape->pad_left, shape->stride_x);
}

/// The first output column whose window reaches beyond the image on its right.
static size_t begin_of_right_edge(const ck_convolution_shape *shape) {
  size_t extent = (shape->kernel_width - 1) * shape->dilation_x + 1;
  size_t padded_width = shape->width + shape->pad_left;
  return padded_width < extent ? 0 : (padded_width - extent) / shape->stride_x + 1;
}

size_t ck_cut_at_edges(
    const ck_convolution_shape *shape, ck_convolution_block block, ck_convolution_block parts[CK_MOST_PARTS]) {
  size_t end = block.first_column + block.column_count;
  size_t middle = ck_smaller(larger(end_of_left_edge(shape), block.first_column), end);
  size_t right = ck_smaller(larger(begin_of_right_edge(shape), middle), end);
  parts[0] = block;
  if ((right - middle) * shape->stride_x < least_pixels) return 1;

  const size_t bounds[CK_MOST_PARTS + 1] = {block.first_column, middle, right, end};
  size_t count = 0;
  for (int i = 0; i < CK_MOST_PARTS; i++) {
    if (bounds[i] == bounds[i + 1]) continue;
    parts[count] = block;
    parts[count].first_column = bounds[i];
    parts[count].column_count = bounds[i + 1] - bounds[i];
    count++;
  }
  return count;
}
