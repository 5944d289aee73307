#include "gather.h"

#include "band.h"
#include "panels.h"
#include "runs.h"

#include "../gemm_u8s8/strips.h"
#include "../support/compiler.h"
#include "../support/memory.h"

#include <string.h>

/// Bytes of windows that are written out at once: a part of the L1 cache.
enum { gathered_bytes = 12 * 1024 };

bool ck_gathers_windows(const ck_convolution_shape *shape, const ck_gemm_u8s8 *gemm) {
  return gemm->run_count == 1 && shape->groups == 1 && ck_runs_of_window(shape) > 1;
}

/// The windows of a row of output pixels, and how they are to lie side by side.
typedef struct window_row {
  const uint8_t *pixels;
  size_t count, distance;
  const size_t *runs;
  size_t run_count, run_length;
  /// From one window to the next where they are written out.
  size_t stride;
} window_row;

/// Copies `width` bytes of each run, which may be more than it has: what is too much is overwritten by the next run.
/// Where `count` is 0 the number of runs is that of `row`.
CK_INLINE void gather_runs(const size_t count, const size_t width, const window_row *row, uint8_t *target) {
  const size_t run_count = count > 0 ? count : row->run_count, run_length = row->run_length;
  const uint8_t *window = row->pixels;
  for (size_t x = 0; x < row->count; x++, window += row->distance, target += row->stride) {
    for (size_t run = 0; run < run_count; run++) memcpy(target + run * run_length, window + row->runs[run], width);
  }
}

CK_INLINE void gather_wide(const size_t width, const window_row *row, uint8_t *target) {
  switch (row->run_count) {
  case 3: gather_runs(3, width, row, target); return;
  case 5: gather_runs(5, width, row, target); return;
  case 7: gather_runs(7, width, row, target); return;
  default: gather_runs(0, width, row, target); return;
  }
}

static void gather_row(const window_row *row, uint8_t *target) {
  if (row->run_length <= 4) gather_wide(4, row, target);
  else if (row->run_length <= 8) gather_wide(8, row, target);
  else if (row->run_length <= 16) gather_wide(16, row, target);
  else gather_wide(CK_MOST_GATHERED, row, target);
}

/// How many rows of output pixels have their windows written out at once.
static size_t rows_at_once(const ck_convolution_block *block, size_t stride) {
  size_t rows = gathered_bytes / (block->column_count * stride);
  return rows > 0 ? ck_smaller(rows, block->row_count) : 1;
}

/// Multiplies `count` windows that follow each other, as their results do from output pixel `first_pixel` on.
static void multiply(
    const ck_gemm_u8s8_family *family, const ck_gemm_u8s8 *gemm, const uint8_t *windows, size_t count,
    size_t first_pixel, const ck_convolution_block *block) {
  for (size_t x = 0; x < count;) {
    size_t height = ck_next_strip(count - x, family->strip_rows);
    ck_run_byte_strip(
        family, gemm, windows + x * gemm->a_stride, height, first_pixel + x, block->first_panel, block->panel_count);
    x += height;
  }
}

void ck_convolution_gathered_run(
    const ck_gemm_u8s8_family *family, const ck_convolution_shape *shape, const uint8_t *input, uint8_t fill,
    const ck_gemm_u8s8 *gemm, const ck_convolution_block *block) {
  band_reserve reserve;
  few_runs few;
  band band = ck_open_band(
      shape, input, shape->channels, fill, gemm->a_flip, CK_MOST_GATHERED, block, ck_all_planes(shape), &reserve);
  static const size_t no_offset = 0;
  ck_gemm_u8s8 gathered = *gemm;
  gathered.a_flip = 0;
  gathered.runs = &no_offset;
  // Weights are filled up with zeros, so that it does not matter what the last group of a window has too much.
  gathered.run_length = gathered.a_stride = ck_parts(gemm->run_length, CK_GROUP_ROWS) * CK_GROUP_ROWS;

  window_row line;
  line.run_count = ck_runs_of_window(shape);
  size_t *runs = ck_window_runs(shape, band, line.run_count / ck_kernel_rows_of(shape), sizeof(uint8_t), &few);
  line.runs = runs;
  line.run_length = gemm->run_length / line.run_count;
  line.count = block->column_count;
  line.distance = shape->stride_x * shape->channels;
  line.stride = gathered.a_stride;
  size_t rows = rows_at_once(block, line.stride);
  size_t row_bytes = line.count * line.stride;
  uint8_t *windows = ck_allocate(rows * row_bytes + CK_MOST_GATHERED);
  // Where rows of pixels are whole, one begins where the one before it ends.
  size_t rows_joined = block->column_count == shape->output_width ? rows : 1;

  for (size_t done = 0; done < block->row_count; done += rows) {
    size_t height = ck_smaller(block->row_count - done, rows);
    for (size_t row = 0; row < height; row++) {
      line.pixels = band.pixels + (done + row) * shape->stride_y * band.row_bytes;
      gather_row(&line, windows + row * row_bytes);
    }
    for (size_t row = 0; row < height; row += rows_joined) {
      size_t count = ck_smaller(height - row, rows_joined) * line.count;
      size_t first_pixel = ck_output_pixel(shape, block, done + row);
      multiply(family, &gathered, windows + row * row_bytes, count, first_pixel, block);
    }
  }
  ck_free(windows);
  ck_free_runs(runs, &few);
  ck_close_band(band);
}
