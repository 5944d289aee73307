#include "distant.h"

#include "panels.h"
#include "runs.h"
#include "taps.h"

#include "../gemm_f32/slices.h"
#include "../support/compiler.h"

/// A strip of windows has about as many rows: where fewer columns than this have the same taps, strips would be short.
enum { least_dilation = 6 };

/// The sums of a column of taps: with fewer of them, writing results and reading them again would cost more than padding.
enum { least_sums = 128 };

bool ck_taps_are_distant(const ck_convolution_shape *shape, const ck_gemm_f32 *gemm) {
  const bool is_plane = shape->depth == 1 && shape->kernel_depth == 1;
  const size_t sums = shape->kernel_height * (shape->channels / shape->groups);
  // A residual that is C itself leaves no place for the sums between columns of taps.
  return is_plane && shape->kernel_width > 1 && shape->dilation_x >= least_dilation && sums >= least_sums &&
         gemm->residual != gemm->c;
}

/// What all products of a block with some panels have in common.
typedef struct distant_part {
  const ck_gemm_f32_family *family;
  const ck_convolution_shape *shape;
  const ck_convolution_block *block;
  /// The product of a group with all taps.
  const ck_gemm_f32 *all;
  const float *image;
  size_t first_panel, panel_count;
} distant_part;

/// The output pixels from `column` on that meet the image with the same columns of taps, and these.
typedef struct tap_columns {
  size_t column, count;
  ck_taps taps;
} tap_columns;

static ck_taps columns_on_image(const ck_convolution_shape *shape, size_t column) {
  return ck_taps_on_image(
      column, shape->width, shape->pad_left, shape->stride_x, shape->kernel_width, shape->dilation_x);
}

static tap_columns next_columns(const ck_convolution_shape *shape, size_t column, size_t end) {
  tap_columns columns = {.column = column, .count = 1, .taps = columns_on_image(shape, column)};
  for (; column + columns.count < end; columns.count++) {
    const ck_taps taps = columns_on_image(shape, column + columns.count);
    if (taps.first != columns.taps.first || taps.count != columns.taps.count) break;
  }
  return columns;
}

/// Adds the products with the rows of a column of taps. `c` is where the first pixel's results go.
static void run_tap(
    const distant_part *part, size_t row, ck_taps rows, tap_columns columns, size_t tap, float *c) {
  const ck_convolution_shape *shape = part->shape;
  ck_gemm_f32 product = *part->all;
  const ck_taps taps = columns.taps;
  // Without a tap on the image what is left is the bias.
  product.run_count = taps.count > 0 ? rows.count : 0;
  product.resumes = taps.count > 0 && tap > taps.first;
  if (taps.count > 0 && tap + 1 < taps.first + taps.count) ck_leave_sums(&product);
  const float *windows = part->image;
  if (product.run_count > 0) {
    const size_t before = rows.first * shape->kernel_width + tap;
    product.panels = (const float *)product.panels + before * product.run_length * CK_PANEL_COLUMNS;
    const size_t top = row * shape->stride_y + rows.first * shape->dilation_y - shape->pad_top;
    const size_t left = columns.column * shape->stride_x + tap * shape->dilation_x - shape->pad_left;
    windows += (top * shape->width + left) * shape->channels;
  }
  for (size_t x = 0; x < columns.count;) {
    const size_t height = ck_next_strip_f32(part->family, columns.count - x);
    ck_run_strip(
        part->family, &product, windows + x * product.a_stride, height, c + x * product.c_stride, part->first_panel,
        part->panel_count);
    x += height;
  }
}

/// Multiplies all windows with some panels, and with one column of taps after the other: what is used of a panel at once
/// stays in the cache for all of them.
static void run_panels(const distant_part *part) {
  const ck_convolution_shape *shape = part->shape;
  const ck_convolution_block *block = part->block;
  const size_t end = block->first_column + block->column_count;
  for (size_t tap = 0; tap < shape->kernel_width; tap++) {
    for (size_t line = 0; line < block->row_count; line++) {
      const size_t row = block->first_row + line;
      const ck_taps rows = ck_taps_on_image(
          row, shape->height, shape->pad_top, shape->stride_y, shape->kernel_height, shape->dilation_y);
      float *c = part->all->c + ck_output_element(shape, block, line);
      tap_columns columns;
      for (size_t column = block->first_column; column < end; column += columns.count) {
        columns = next_columns(shape, column, end);
        const bool is_used = tap >= columns.taps.first && tap < columns.taps.first + columns.taps.count;
        const bool is_only_bias = columns.taps.count == 0 && tap == 0;
        if (!is_used && !is_only_bias) continue;
        run_tap(part, row, rows, columns, tap, c + (column - block->first_column) * shape->pixel_stride);
      }
    }
  }
}

void ck_convolution_distant_f32_run(
    const ck_gemm_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_gemm_f32 *gemm, const ck_convolution_block *block) {
  few_runs few;
  size_t *runs = ck_allocate_runs(shape->kernel_height, &few);
  for (size_t row = 0; row < shape->kernel_height; row++) {
    runs[row] = row * shape->dilation_y * shape->width * shape->channels;
  }
  const size_t group_elements = gemm->panel_rows * CK_PANEL_COLUMNS * ck_parts(gemm->columns, CK_PANEL_COLUMNS);
  ck_gemm_f32 group = *gemm;
  group.runs = runs;
  group.run_gap = (shape->kernel_width - 1) * gemm->run_length;
  group.a_stride = shape->stride_x * shape->channels;
  group.c_stride = shape->pixel_stride;
  const size_t tap_bytes = shape->kernel_height * gemm->run_length * CK_PANEL_COLUMNS * sizeof(float);
  const size_t most_panels = ck_panels_at_once(tap_bytes);
  const size_t end_panel = block->first_panel + block->panel_count;
  const size_t image_elements = shape->height * shape->width * shape->channels;

  for (size_t g = 0; g < shape->groups; g++) {
    group.panels = (const float *)gemm->panels + g * group_elements;
    group.c = gemm->c + g * gemm->columns;
    group.bias = gemm->bias ? gemm->bias + g * gemm->columns : NULL;
    group.residual = gemm->residual ? gemm->residual + g * gemm->columns : NULL;
    distant_part part = {.family = family, .shape = shape, .block = block, .all = &group};
    part.image = input + block->plane * image_elements + g * (shape->channels / shape->groups);
    for (part.first_panel = block->first_panel; part.first_panel < end_panel; part.first_panel += part.panel_count) {
      part.panel_count = ck_smaller(end_panel - part.first_panel, most_panels);
      run_panels(&part);
    }
  }
  ck_free_runs(runs, &few);
}
