/// Convolutions in groups whose kernels have three columns.
#include "band.h"
#include "panels.h"
#include "runs.h"
#include "taps.h"

#include "../grouped/units.h"

/// Bytes of weights that are used for one row of output pixels after another before the next weights are.
enum { weight_bytes = 32 * 1024 };

/// A block and where its windows lie.
typedef struct grouped_part {
  const ck_grouped_f32_family *family;
  const ck_convolution_shape *shape;
  const ck_convolution_block *block;
  const ck_grouped_f32 *grouped;
  /// The first tap of the first window, elements from one row of pixels to the next, and where kernel rows begin.
  const float *windows;
  size_t row_elements;
  const size_t *rows;
  /// The planes of the kernel that are taken, and the columns of windows that are not read.
  ck_taps planes;
  bool is_cut_before, is_cut_behind;
} grouped_part;

/// The rows of the kernel that are taken for a row of the block: those of several planes are not neighbours, so that all
/// of them are.
static ck_taps rows_of_line(const grouped_part *part, size_t line) {
  const ck_convolution_shape *shape = part->shape;
  if (part->planes.count != 1) return (ck_taps){.count = part->planes.count * shape->kernel_height};
  return ck_taps_on_image(
      part->block->first_row + line, shape->height, shape->pad_top, shape->stride_y, shape->kernel_height,
      shape->dilation_y);
}

/// Computes some units of a row of output pixels, and their function while the results are in the L1 cache.
static void run_line(const grouped_part *part, size_t line, size_t first_unit, size_t unit_count) {
  const ck_grouped_f32 *grouped = part->grouped;
  const ck_taps rows = rows_of_line(part, line);
  const ck_grouped_line pixels = {
      .width = part->block->column_count,
      .windows = part->windows + line * part->shape->stride_y * part->row_elements,
      .rows = part->rows + rows.first,
      .first_row = part->planes.first * part->shape->kernel_height + rows.first,
      .row_count = rows.count,
      .is_cut_before = part->is_cut_before,
      .is_cut_behind = part->is_cut_behind,
      .index = ck_output_element(part->shape, part->block, line)};
  part->family->run(grouped, &pixels, first_unit, unit_count);
  if (grouped->function == NULL) return;
  const size_t unit_outputs = ck_units_of(grouped).outputs;
  float *output = grouped->output + pixels.index + first_unit * unit_outputs;
  ck_apply_to_rows(grouped->function, output, pixels.width, unit_count * unit_outputs, grouped->output_stride);
}

static void run_lines(const grouped_part *part) {
  const size_t unit_bytes = ck_units_of(part->grouped).weights * sizeof(float);
  const size_t fitting = weight_bytes / unit_bytes, most_units = fitting > 0 ? fitting : 1;
  const size_t end = part->block->first_panel + part->block->panel_count;
  for (size_t unit = part->block->first_panel, units; unit < end; unit += units) {
    units = ck_next_strip(end - unit, most_units);
    for (size_t line = 0; line < part->block->row_count; line++) run_line(part, line, unit, units);
  }
}

/// How far windows reach beyond the image, in columns.
typedef struct column_overhang {
  size_t before, behind;
} column_overhang;

static column_overhang overhang_of(const ck_convolution_shape *shape, const ck_convolution_block *block) {
  const size_t first = block->first_column * shape->stride_x;
  const size_t end = (block->first_column + block->column_count - 1) * shape->stride_x +
                     (shape->kernel_width - 1) * shape->dilation_x + 1;
  const size_t image_end = shape->pad_left + shape->width;
  return (column_overhang){
      .before = shape->pad_left > first ? shape->pad_left - first : 0, .behind = end > image_end ? end - image_end : 0};
}

/// Reads the image as it is.
static void run_in_place(grouped_part *part, column_overhang overhang) {
  const ck_convolution_shape *shape = part->shape;
  const ck_convolution_block *block = part->block;
  few_runs few;
  part->row_elements = shape->width * shape->channels;
  part->planes = ck_all_planes(shape);
  const band image = {.row_bytes = part->row_elements * sizeof(float), .planes = part->planes};
  size_t *rows = ck_window_runs(shape, image, 1, sizeof(float), &few);
  part->rows = rows;
  const ptrdiff_t row = (ptrdiff_t)(block->first_row * shape->stride_y) - (ptrdiff_t)shape->pad_top;
  const ptrdiff_t column = (ptrdiff_t)(block->first_column * shape->stride_x) - (ptrdiff_t)shape->pad_left;
  part->windows += (row + (ptrdiff_t)(block->plane * shape->height)) * (ptrdiff_t)part->row_elements +
                   column * (ptrdiff_t)shape->channels;
  part->is_cut_before = overhang.before > 0;
  part->is_cut_behind = overhang.behind > 0;
  run_lines(part);
  ck_free_runs(rows, &few);
}

/// Reads a copy of the image, padded where windows reach beyond it.
static void run_on_band(grouped_part *part) {
  const ck_convolution_shape *shape = part->shape;
  band_reserve reserve;
  few_runs few;
  part->planes = ck_planes_on_image(shape, part->block);
  const band band = ck_open_band(
      shape, part->windows, shape->channels * sizeof(float), 0, 0, 0, part->block, part->planes, &reserve);
  size_t *rows = ck_window_runs(shape, band, 1, sizeof(float), &few);
  part->rows = rows;
  part->windows = (const float *)band.pixels;
  part->row_elements = band.row_bytes / sizeof(float);
  run_lines(part);
  ck_free_runs(rows, &few);
  ck_close_band(band);
}

void ck_convolution_grouped_f32_run(
    const ck_grouped_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_grouped_f32 *given, ck_convolution_block block) {
  ck_grouped_f32 grouped = *given;
  grouped.pixel_stride = shape->channels;
  grouped.window_stride = shape->stride_x * shape->channels;
  grouped.tap_stride = shape->dilation_x * shape->channels;
  grouped.output_stride = shape->pixel_stride;
  grouped_part part = {.family = family, .shape = shape, .block = &block, .grouped = &grouped, .windows = input};
  const column_overhang overhang = overhang_of(shape, &block);
  const bool is_flat = shape->depth == 1 && shape->kernel_depth == 1 && shape->output_depth == 1;
  if (is_flat && ck_grouped_step(&grouped) > 0 && overhang.before <= 1 && overhang.behind <= 1) {
    run_in_place(&part, overhang);
  } else {
    run_on_band(&part);
  }
}
