/// Where windows and output pixels lie.
#pragma once
#include "band.h"

#include "../support/memory.h"

/// How many runs of neighbouring elements a window has in an image: its taps follow each other in a row unless other
/// groups' channels or skipped pixels are in between.
static inline size_t ck_runs_of_window(const ck_convolution_shape *shape) {
  bool joined = shape->groups == 1 && shape->dilation_x == 1;
  return joined ? shape->kernel_height : shape->kernel_height * shape->kernel_width;
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

/// Where the runs of a window begin, in elements of `element_bytes` from its first pixel. To be freed.
static inline size_t *ck_window_runs(
    const ck_convolution_shape *shape, band band, size_t run_count, size_t element_bytes, few_runs *few) {
  size_t *runs = ck_allocate_runs(run_count, few);
  size_t columns = run_count == shape->kernel_height ? 1 : shape->kernel_width;
  for (size_t run = 0; run < run_count; run++) {
    size_t row = run / columns * shape->dilation_y;
    size_t column = run % columns * shape->dilation_x;
    runs[run] = row * (band.row_bytes / element_bytes) + column * shape->channels;
  }
  return runs;
}

/// The index of the first output pixel of a row of a block among those of all images.
static inline size_t ck_output_pixel(
    const ck_convolution_shape *shape, const ck_convolution_block *block, size_t row) {
  size_t image_row = block->image * shape->output_height + block->first_row + row;
  return image_row * shape->output_width + block->first_column;
}
