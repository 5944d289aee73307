/// Where windows and output pixels lie.
#pragma once
#include "band.h"

#include "../support/memory.h"

/// The rows of all planes of a kernel.
static inline size_t ck_kernel_rows_of(const ck_convolution_shape *shape) {
  return shape->kernel_depth * shape->kernel_height;
}

/// How many runs of neighbouring elements a window has in an image: its taps follow each other in a row unless other
/// groups' channels or skipped pixels are in between.
static inline size_t ck_runs_of_window(const ck_convolution_shape *shape) {
  bool joined = shape->groups == 1 && shape->dilation_x == 1;
  return ck_kernel_rows_of(shape) * (joined ? 1 : shape->kernel_width);
}

/// Memory on the stack for the places of a few runs.
enum { CK_FEW_RUNS = 32 };
typedef struct few_runs {
  size_t places[CK_FEW_RUNS];
} few_runs;

static inline size_t *ck_allocate_runs(size_t count, few_runs *few) {
  return count <= CK_FEW_RUNS ? few->places : ck_allocate(count * sizeof(size_t));
}

static inline void ck_free_runs(size_t *runs, const few_runs *few) {
  if (runs != few->places) ck_free(runs);
}

/// Where the runs of a window begin, in elements of `element_bytes` from its first pixel: `runs_per_row` for each row of
/// the band's planes of the kernel. To be freed.
static inline size_t *ck_window_runs(
    const ck_convolution_shape *shape, band band, size_t runs_per_row, size_t element_bytes, few_runs *few) {
  size_t row_count = band.planes.count * shape->kernel_height;
  size_t *runs = ck_allocate_runs(row_count * runs_per_row, few);
  for (size_t row = 0; row < row_count; row++) {
    size_t first = row / shape->kernel_height * band.plane_bytes +
                   row % shape->kernel_height * shape->dilation_y * band.row_bytes;
    for (size_t run = 0; run < runs_per_row; run++) {
      runs[row * runs_per_row + run] = first / element_bytes + run * shape->dilation_x * shape->channels;
    }
  }
  return runs;
}

/// The index of the first output pixel of a row of a block among those of all images.
static inline size_t ck_output_pixel(
    const ck_convolution_shape *shape, const ck_convolution_block *block, size_t row) {
  size_t image_row = block->plane * shape->output_height + block->first_row + row;
  return image_row * shape->output_width + block->first_column;
}

/// The index of that pixel's first element in a float32 output.
static inline size_t ck_output_element(
    const ck_convolution_shape *shape, const ck_convolution_block *block, size_t row) {
  return block->plane / shape->output_depth * shape->image_stride +
         block->plane % shape->output_depth * shape->plane_stride + (block->first_row + row) * shape->row_stride +
         block->first_column * shape->pixel_stride;
}
