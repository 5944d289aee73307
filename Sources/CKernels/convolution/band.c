#include "band.h"

#include "../support/compiler.h"
#include "../support/memory.h"

#include <string.h>

/// A range of pixels along one axis, in coordinates of the image: negative in the padding before it.
typedef struct interval {
  ptrdiff_t first;
  size_t count;
} interval;

/// What the windows of `count` outputs cover along an axis.
static interval covered(
    size_t first, size_t count, size_t stride, size_t pad, size_t kernel, size_t dilation) {
  interval pixels;
  pixels.first = (ptrdiff_t)(first * stride) - (ptrdiff_t)pad;
  pixels.count = (count - 1) * stride + (kernel - 1) * dilation + 1;
  return pixels;
}

static bool lies_within(interval pixels, size_t size) {
  return pixels.first >= 0 && (size_t)pixels.first + pixels.count <= size;
}

/// How many pixels of an interval come before the image, and how many lie in it.
static void cut(interval pixels, size_t size, size_t *before, size_t *inside) {
  ptrdiff_t end = pixels.first + (ptrdiff_t)pixels.count;
  ptrdiff_t first = pixels.first > 0 ? pixels.first : 0;
  ptrdiff_t last = end < (ptrdiff_t)size ? end : (ptrdiff_t)size;
  *inside = last > first ? (size_t)(last - first) : 0;
  *before = ck_smaller((size_t)(first - pixels.first), pixels.count);
}

void ck_copy_flipped(uint8_t *target, const uint8_t *source, size_t bytes, uint8_t flip) {
  if (flip == 0) {
    memcpy(target, source, bytes);
  } else {
    for (size_t i = 0; i < bytes; i++) target[i] = source[i] ^ flip;
  }
}

/// What the windows of a block cover of every plane that they reach.
typedef struct rectangle {
  interval rows, columns;
} rectangle;

/// What the windows of a block cover of an image, for some planes of the kernel.
typedef struct box {
  interval depths;
  rectangle rectangle;
} box;

static box box_of(const ck_convolution_shape *shape, const ck_convolution_block *block, ck_taps planes) {
  box box;
  box.rectangle.rows = covered(
      block->first_row, block->row_count, shape->stride_y, shape->pad_top, shape->kernel_height, shape->dilation_y);
  box.rectangle.columns = covered(
      block->first_column, block->column_count, shape->stride_x, shape->pad_left, shape->kernel_width,
      shape->dilation_x);
  box.depths = covered(
      block->plane % shape->output_depth, 1, shape->stride_z, shape->pad_front, planes.count, shape->dilation_z);
  box.depths.first += (ptrdiff_t)(planes.first * shape->dilation_z);
  return box;
}

/// Whether what is covered has to be copied: because it reaches beyond the image, is to be changed or needs room behind.
static bool is_copied(const ck_convolution_shape *shape, uint8_t flip, size_t slack, ck_taps planes, const box *box) {
  bool is_inside = lies_within(box->rectangle.rows, shape->height) &&
                   lies_within(box->rectangle.columns, shape->width) && lies_within(box->depths, shape->depth);
  return flip != 0 || slack != 0 || !(is_inside || planes.count == 0);
}

bool ck_band_is_copied(
    const ck_convolution_shape *shape, uint8_t flip, size_t slack, const ck_convolution_block *block, ck_taps planes) {
  box box = box_of(shape, block, planes);
  return is_copied(shape, flip, slack, planes, &box);
}

/// Copies a rectangle of a plane of the image, with `padding` where there is no image, and returns the end of the copy.
static uint8_t *copy_plane(
    const ck_convolution_shape *shape, const uint8_t *plane, size_t pixel_bytes, rectangle covered, uint8_t padding,
    uint8_t flip, uint8_t *copy) {
  size_t plane_row_bytes = shape->width * pixel_bytes, row_bytes = covered.columns.count * pixel_bytes;
  size_t left, inside, above, rows_inside;
  cut(covered.columns, shape->width, &left, &inside);
  cut(covered.rows, shape->height, &above, &rows_inside);
  size_t plane_row = covered.rows.first > 0 ? (size_t)covered.rows.first : 0;
  size_t plane_column = covered.columns.first > 0 ? (size_t)covered.columns.first : 0;
  const uint8_t *source = plane + plane_row * plane_row_bytes + plane_column * pixel_bytes;
  // The padding behind a row of the image and that before the next one are neighbours.
  uint8_t *padded = copy, *end = copy + covered.rows.count * row_bytes;
  uint8_t *target = copy + above * row_bytes + left * pixel_bytes;
  for (size_t row = 0; row < rows_inside && inside > 0; row++, target += row_bytes, source += plane_row_bytes) {
    memset(padded, padding, (size_t)(target - padded));
    ck_copy_flipped(target, source, inside * pixel_bytes, flip);
    padded = target + inside * pixel_bytes;
  }
  memset(padded, padding, (size_t)(end - padded));
  return end;
}

band ck_open_band(
    const ck_convolution_shape *shape, const void *input, size_t pixel_bytes, uint8_t fill, uint8_t flip, size_t slack,
    const ck_convolution_block *block, ck_taps planes, band_reserve *reserve) {
  box box = box_of(shape, block, planes);
  rectangle rectangle = box.rectangle;
  interval depths = box.depths;
  size_t image_row_bytes = shape->width * pixel_bytes, image_plane_bytes = shape->height * image_row_bytes;
  const uint8_t *image =
      (const uint8_t *)input + block->plane / shape->output_depth * shape->depth * image_plane_bytes;

  if (!is_copied(shape, flip, slack, planes, &box)) {
    size_t first_row = planes.count == 0 ? 0 : (size_t)depths.first * shape->height + (size_t)rectangle.rows.first;
    size_t first_column = planes.count == 0 ? 0 : (size_t)rectangle.columns.first;
    return (band){
        .pixels = image + first_row * image_row_bytes + first_column * pixel_bytes,
        .row_bytes = image_row_bytes,
        .planes = planes,
        .plane_bytes = shape->dilation_z * image_plane_bytes};
  }

  size_t row_bytes = rectangle.columns.count * pixel_bytes, plane_bytes = rectangle.rows.count * row_bytes;
  size_t bytes = planes.count * plane_bytes + slack;
  bool is_small = bytes <= sizeof reserve->bytes;
  uint8_t *copy = is_small ? reserve->bytes : ck_allocate_lines(bytes);
  uint8_t *end = copy;
  for (size_t plane = 0; plane < planes.count; plane++) {
    ptrdiff_t depth = depths.first + (ptrdiff_t)(plane * shape->dilation_z);
    if (depth >= 0 && (size_t)depth < shape->depth) {
      const uint8_t *source = image + (size_t)depth * image_plane_bytes;
      end = copy_plane(shape, source, pixel_bytes, rectangle, fill ^ flip, flip, end);
    } else {
      memset(end, fill ^ flip, plane_bytes);
      end += plane_bytes;
    }
  }
  memset(end, fill ^ flip, slack);
  return (band){
      .pixels = copy,
      .row_bytes = row_bytes,
      .planes = planes,
      .plane_bytes = plane_bytes,
      .copy = is_small ? NULL : copy};
}

void ck_close_band(band band) { ck_free(band.copy); }
