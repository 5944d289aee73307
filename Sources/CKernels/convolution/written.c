#include "written.h"

#include "panels.h"
#include "runs.h"
#include "taps.h"

#include "../gemm_u8s8/strips.h"
#include "../support/compiler.h"
#include "../support/memory.h"

#include <string.h>

bool ck_writes_windows(const ck_convolution_shape *shape, uint8_t flip, const ck_convolution_block *block) {
  const size_t height = (block->row_count - 1) * shape->stride_y + (shape->kernel_height - 1) * shape->dilation_y + 1;
  const size_t width = (block->column_count - 1) * shape->stride_x + (shape->kernel_width - 1) * shape->dilation_x + 1;
  const size_t pixels = block->row_count * block->column_count * shape->kernel_height * shape->kernel_width;
  return shape->groups == 1 && pixels < height * width &&
         ck_band_is_copied(shape, flip, 0, block, ck_all_planes(shape));
}

/// An image, and what is padding around it.
typedef struct padded_image {
  const ck_convolution_shape *shape;
  const uint8_t *pixels;
  /// A byte of padding, and what the bytes of the image are XORed with.
  uint8_t padding, flip;
} padded_image;

static uint8_t *write_padding(const padded_image *image, size_t pixels, uint8_t *target) {
  const size_t bytes = pixels * image->shape->channels;
  memset(target, image->padding, bytes);
  return target + bytes;
}

/// Writes the taps of a row of the kernel for the output pixel at `column`. `row` is a row of the image.
static uint8_t *write_taps(const padded_image *image, const uint8_t *row, size_t column, uint8_t *target) {
  const ck_convolution_shape *shape = image->shape;
  const ck_taps taps = ck_taps_on_image(
      column, shape->width, shape->pad_left, shape->stride_x, shape->kernel_width, shape->dilation_x);
  target = write_padding(image, taps.first, target);
  for (size_t tap = taps.first; tap < taps.first + taps.count; tap++, target += shape->channels) {
    const size_t pixel = column * shape->stride_x + tap * shape->dilation_x - shape->pad_left;
    ck_copy_flipped(target, row + pixel * shape->channels, shape->channels, image->flip);
  }
  return write_padding(image, shape->kernel_width - taps.first - taps.count, target);
}

/// Writes the window of an output pixel of an output plane.
static uint8_t *write_window(const padded_image *image, size_t plane, size_t row, size_t column, uint8_t *target) {
  const ck_convolution_shape *shape = image->shape;
  const ck_taps planes = ck_taps_on_image(
      plane, shape->depth, shape->pad_front, shape->stride_z, shape->kernel_depth, shape->dilation_z);
  const ck_taps rows = ck_taps_on_image(
      row, shape->height, shape->pad_top, shape->stride_y, shape->kernel_height, shape->dilation_y);
  const size_t plane_taps = shape->kernel_height * shape->kernel_width, row_bytes = shape->width * shape->channels;
  target = write_padding(image, planes.first * plane_taps, target);
  for (size_t z = planes.first; z < planes.first + planes.count; z++) {
    const size_t depth = plane * shape->stride_z + z * shape->dilation_z - shape->pad_front;
    target = write_padding(image, rows.first * shape->kernel_width, target);
    for (size_t y = rows.first; y < rows.first + rows.count; y++) {
      const size_t height = row * shape->stride_y + y * shape->dilation_y - shape->pad_top;
      target = write_taps(image, image->pixels + (depth * shape->height + height) * row_bytes, column, target);
    }
    target = write_padding(image, (shape->kernel_height - rows.first - rows.count) * shape->kernel_width, target);
  }
  return write_padding(image, (shape->kernel_depth - planes.first - planes.count) * plane_taps, target);
}

static void write_windows(const padded_image *image, const ck_convolution_block *block, uint8_t *target) {
  const size_t plane = block->plane % image->shape->output_depth;
  for (size_t row = 0; row < block->row_count; row++) {
    for (size_t column = 0; column < block->column_count; column++) {
      target = write_window(image, plane, block->first_row + row, block->first_column + column, target);
    }
  }
}

/// Multiplies the windows of some rows of output pixels, whose results follow each other, with some panels at a time.
static void multiply(
    const ck_gemm_u8s8_family *family, const ck_gemm_u8s8 *gemm, const uint8_t *windows, size_t count,
    size_t first_pixel, const ck_convolution_block *block) {
  const size_t most_panels = ck_panels_at_once(ck_s8_panel_bytes(gemm->run_count, gemm->run_length));
  const size_t end_panel = block->first_panel + block->panel_count;
  for (size_t panel = block->first_panel, panels; panel < end_panel; panel += panels) {
    panels = ck_smaller(end_panel - panel, most_panels);
    for (size_t x = 0, height; x < count; x += height) {
      height = ck_next_strip(count - x, family->strip_rows);
      ck_run_byte_strip(family, gemm, windows + x * gemm->a_stride, height, first_pixel + x, panel, panels);
    }
  }
}

void ck_convolution_written_run(
    const ck_gemm_u8s8_family *family, const ck_convolution_shape *shape, const uint8_t *input, uint8_t fill,
    const ck_gemm_u8s8 *gemm, const ck_convolution_block *block) {
  const size_t plane_bytes = shape->height * shape->width * shape->channels;
  const padded_image image = {
      .shape = shape,
      .pixels = input + block->plane / shape->output_depth * shape->depth * plane_bytes,
      .padding = fill ^ gemm->a_flip,
      .flip = gemm->a_flip};
  const size_t window_bytes = gemm->run_count * gemm->run_length;
  few_runs few;
  size_t *runs = ck_allocate_runs(gemm->run_count, &few);
  for (size_t run = 0; run < gemm->run_count; run++) runs[run] = run * gemm->run_length;
  ck_gemm_u8s8 product = *gemm;
  product.a_flip = 0;
  product.a_stride = window_bytes;
  product.runs = runs;

  uint8_t *windows = ck_allocate(block->row_count * block->column_count * window_bytes);
  write_windows(&image, block, windows);
  // Where rows of pixels are whole, one begins where the one before it ends.
  const size_t rows_joined = block->column_count == shape->output_width ? block->row_count : 1;
  for (size_t row = 0; row < block->row_count; row += rows_joined) {
    const size_t first = row * block->column_count, count = rows_joined * block->column_count;
    multiply(family, &product, windows + first * window_bytes, count, ck_output_pixel(shape, block, row), block);
  }
  ck_free(windows);
  ck_free_runs(runs, &few);
}
