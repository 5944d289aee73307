#include "stack.h"

#include "panels.h"
#include "runs.h"
#include "taps.h"

#include "../gemm_f32/slices.h"
#include "../support/conflicts.h"
#include "../support/memory.h"

#include <string.h>

/// Some images, one behind the other.
typedef struct stack {
  const float *images;
  /// Elements from one image to the next.
  size_t image_stride;
  /// To be freed.
  float *copy;
} stack;

static stack open_stack(const ck_convolution_shape *shape, const float *input, const ck_convolution_block *block) {
  size_t elements = shape->height * shape->width * shape->channels;
  const float *images = input + block->plane * elements;
  // The kernels read the same place of many images at once.
  if (!ck_rows_conflict(elements)) return (stack){.images = images, .image_stride = elements};
  size_t stride = elements + CK_COPY_PADDING;
  float *copy = ck_allocate(block->image_count * stride * sizeof(float));
  for (size_t image = 0; image < block->image_count; image++) {
    memcpy(copy + image * stride, images + image * elements, elements * sizeof(float));
  }
  return (stack){.images = copy, .image_stride = stride, .copy = copy};
}

/// Has `pixel`, otherwise a product with all taps, take only those that lie on the image. Returns where the first of them
/// meets it, in elements from the image's first.
static size_t take_taps(ck_gemm_f32 *pixel, const ck_convolution_shape *shape, size_t row, size_t column) {
  ck_taps rows = ck_taps_on_image(
      row, shape->height, shape->pad_top, shape->stride_y, shape->kernel_height, shape->dilation_y);
  ck_taps columns = ck_taps_on_image(column, shape->width, shape->pad_left, shape->stride_x, shape->kernel_width, 1);
  pixel->run_count = columns.count > 0 ? rows.count : 0;
  if (pixel->run_count == 0) return 0;
  pixel->run_length = columns.count * shape->channels;
  pixel->run_gap = (shape->kernel_width - columns.count) * shape->channels;
  size_t tap = rows.first * shape->kernel_width + columns.first;
  pixel->panels = (const float *)pixel->panels + tap * shape->channels * CK_PANEL_COLUMNS;
  size_t top = row * shape->stride_y + rows.first * shape->dilation_y - shape->pad_top;
  size_t left = column * shape->stride_x + columns.first - shape->pad_left;
  return (top * shape->width + left) * shape->channels;
}

/// Multiplies the windows of one output pixel of all images with some panels. `c` is where the first image's goes.
static void run_pixel(
    const ck_gemm_f32_family *family, const ck_gemm_f32 *pixel, const float *windows, size_t images, float *c,
    size_t first_panel, size_t panel_count) {
  for (size_t image = 0; image < images;) {
    size_t height = ck_next_strip_f32(family, images - image);
    ck_run_strip(
        family, pixel, windows + image * pixel->a_stride, height, c + image * pixel->c_stride, first_panel,
        panel_count);
    image += height;
  }
}

void ck_convolution_stack_f32_run(
    const ck_gemm_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_gemm_f32 *gemm, const ck_convolution_block *block) {
  stack stack = open_stack(shape, input, block);
  few_runs few;
  band whole = {.row_bytes = shape->width * shape->channels * sizeof(float), .planes = ck_all_planes(shape)};
  size_t *runs = ck_window_runs(shape, whole, 1, sizeof(float), &few);
  ck_gemm_f32 all = *gemm;
  all.runs = runs;
  all.a_stride = stack.image_stride;
  all.c_stride = shape->image_stride;
  size_t most_panels = ck_panels_at_once(gemm->panel_rows * CK_PANEL_COLUMNS * sizeof(float));
  size_t end_panel = block->first_panel + block->panel_count;

  for (size_t panel = block->first_panel, panels; panel < end_panel; panel += panels) {
    panels = ck_smaller(end_panel - panel, most_panels);
    for (size_t row = block->first_row; row < block->first_row + block->row_count; row++) {
      for (size_t column = block->first_column; column < block->first_column + block->column_count; column++) {
        ck_gemm_f32 pixel = all;
        const float *windows = stack.images + take_taps(&pixel, shape, row, column);
        size_t first =
            block->plane * shape->image_stride + row * shape->row_stride + column * shape->pixel_stride;
        run_pixel(family, &pixel, windows, block->image_count, gemm->c + first, panel, panels);
      }
    }
  }
  ck_free_runs(runs, &few);
  ck_free(stack.copy);
}
