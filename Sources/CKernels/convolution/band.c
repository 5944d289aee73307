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

static void copy_pixels(uint8_t *target, const uint8_t *source, size_t bytes, uint8_t flip) {
  if (flip == 0) {
    memcpy(target, source, bytes);
  } else {
    for (size_t i = 0; i < bytes; i++) target[i] = source[i] ^ flip;
  }
}

band ck_open_band(
    const ck_convolution_shape *shape, const void *input, size_t pixel_bytes, uint8_t fill, uint8_t flip, size_t slack,
    const ck_convolution_block *block, band_reserve *reserve) {
  interval rows = covered(
      block->first_row, block->row_count, shape->stride_y, shape->pad_top, shape->kernel_height,
      shape->dilation_y);
  interval columns = covered(
      block->first_column, block->column_count, shape->stride_x, shape->pad_left, shape->kernel_width,
      shape->dilation_x);
  size_t image_row_bytes = shape->width * pixel_bytes;
  const uint8_t *image = (const uint8_t *)input + block->image * shape->height * image_row_bytes;

  if (flip == 0 && slack == 0 && lies_within(rows, shape->height) && lies_within(columns, shape->width)) {
    const uint8_t *first = image + (size_t)rows.first * image_row_bytes + (size_t)columns.first * pixel_bytes;
    return (band){.pixels = first, .row_bytes = image_row_bytes, .copy = NULL};
  }

  size_t row_bytes = columns.count * pixel_bytes;
  size_t bytes = rows.count * row_bytes + slack;
  bool is_small = bytes <= sizeof reserve->bytes;
  uint8_t *copy = is_small ? reserve->bytes : ck_allocate(bytes);
  size_t left, inside, above, rows_inside;
  cut(columns, shape->width, &left, &inside);
  cut(rows, shape->height, &above, &rows_inside);
  size_t image_row = rows.first > 0 ? (size_t)rows.first : 0;
  size_t image_column = columns.first > 0 ? (size_t)columns.first : 0;
  const uint8_t *source = image + image_row * image_row_bytes + image_column * pixel_bytes;
  // The padding behind a row of the image and that before the next one are neighbours.
  uint8_t *padding = copy;
  uint8_t *target = copy + above * row_bytes + left * pixel_bytes;
  for (size_t row = 0; row < rows_inside && inside > 0; row++, target += row_bytes, source += image_row_bytes) {
    memset(padding, fill ^ flip, (size_t)(target - padding));
    copy_pixels(target, source, inside * pixel_bytes, flip);
    padding = target + inside * pixel_bytes;
  }
  memset(padding, fill ^ flip, (size_t)(copy + bytes - padding));
  return (band){.pixels = copy, .row_bytes = row_bytes, .copy = is_small ? NULL : copy};
}

void ck_close_band(band band) { ck_free(band.copy); }
