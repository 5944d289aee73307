/// Convolutions as products: dense ones, and those with groups.
#include "band.h"
#include "distant.h"
#include "edges.h"
#include "gather.h"
#include "panels.h"
#include "runs.h"
#include "stack.h"
#include "taps.h"
#include "written.h"

#include "../gemm_f32/slices.h"
#include "../gemm_u8s8/strips.h"
#include "../support/compiler.h"
#include "../support/memory.h"

/// The rows of `planes` planes of the kernel that lie on the image for some row of output pixels. Those of several planes
/// are not neighbours, so that all of them are taken.
static ck_taps rows_on_image(const ck_convolution_shape *shape, size_t planes, size_t output_row) {
  if (planes != 1) return (ck_taps){.first = 0, .count = planes * shape->kernel_height};
  return ck_taps_on_image(
      output_row, shape->height, shape->pad_top, shape->stride_y, shape->kernel_height, shape->dilation_y);
}

/// The lines of output pixels that strips are cut from: the rows of a block, or where these are short its columns.
typedef struct block_lines {
  size_t line_count, line_length;
  /// From one line, and from one pixel of a line, to the next: in rows and columns of output pixels.
  size_t line_rows, line_columns, pixel_rows, pixel_columns;
} block_lines;

static block_lines lines_of(const ck_convolution_block *block, size_t strip_rows) {
  bool down = block->column_count < strip_rows && block->row_count > block->column_count;
  if (down) {
    return (block_lines){
        .line_count = block->column_count, .line_length = block->row_count, .line_columns = 1, .pixel_rows = 1};
  }
  return (block_lines){
      .line_count = block->row_count, .line_length = block->column_count, .line_rows = 1, .pixel_columns = 1};
}

/// Into how many slices, each of some rows of the kernel, panels are cut so that one slice after another can be used
/// for all windows of a block while it is in the L2 cache.
static size_t slices_of(size_t kernel_rows, const ck_gemm_f32 *gemm) {
  // A residual that is C itself leaves no place for the sums between slices.
  if (gemm->residual == gemm->c) return 1;
  size_t panel_bytes = gemm->panel_rows * CK_PANEL_COLUMNS * sizeof(float);
  size_t slices = ck_parts(panel_bytes, CK_WEIGHT_BYTES_AT_ONCE);
  return slices > 1 && kernel_rows > 1 ? ck_smaller(slices, kernel_rows) : 1;
}

/// The rows of both.
static ck_taps common_rows(ck_taps a, ck_taps b) {
  size_t first = a.first > b.first ? a.first : b.first;
  size_t end = ck_smaller(a.first + a.count, b.first + b.count);
  return (ck_taps){.first = first, .count = end > first ? end - first : 0};
}

/// Has `group`, otherwise a product with all rows of the kernel, take only some of them.
static void take_rows(ck_gemm_f32 *group, const ck_gemm_f32 *all, size_t runs_per_row, ck_taps rows) {
  group->runs = all->runs + rows.first * runs_per_row;
  group->run_count = rows.count * runs_per_row;
  size_t panel_rows_before = rows.first * runs_per_row * all->run_length;
  group->panels = (const float *)all->panels + panel_rows_before * CK_PANEL_COLUMNS;
}

/// What all products of a part of a block have in common.
typedef struct part_f32 {
  const ck_gemm_f32_family *family;
  const ck_convolution_shape *shape;
  const ck_convolution_block *block;
  block_lines lines;
  /// The planes of the kernel that are taken.
  size_t planes;
  size_t runs_per_row;
  /// The panels that are taken at once, and the slices that they are cut into.
  size_t most_panels, slices;
  /// Elements from one row of windows to the next, and from one column of them to the next.
  size_t row_stride, column_stride;
} part_f32;

/// Some panels of a group and some rows of the kernel, which all windows of a block are multiplied with before the next.
typedef struct step_f32 {
  size_t first_panel, panel_count;
  ck_taps rows;
} step_f32;

static size_t kernel_rows_of(const part_f32 *part) { return part->planes * part->shape->kernel_height; }

static size_t step_count(const part_f32 *part) {
  return ck_parts(part->block->panel_count, part->most_panels) * part->slices;
}

static step_f32 step_at(const part_f32 *part, size_t index) {
  const size_t panels_before = index / part->slices * part->most_panels, slice = index % part->slices;
  const size_t kernel_rows = kernel_rows_of(part), first = kernel_rows * slice / part->slices;
  return (step_f32){
      .first_panel = part->block->first_panel + panels_before,
      .panel_count = ck_smaller(part->block->panel_count - panels_before, part->most_panels),
      .rows = {.first = first, .count = kernel_rows * (slice + 1) / part->slices - first}};
}

/// What a step reads of the panels.
static ck_ahead panels_of_step(const part_f32 *part, const ck_gemm_f32 *all, size_t index) {
  if (index >= step_count(part)) return (ck_ahead){0};
  const step_f32 step = step_at(part, index);
  const size_t row_elements = part->runs_per_row * all->run_length;
  const size_t first_row = step.first_panel * all->panel_rows + step.rows.first * row_elements;
  const size_t rows = (step.panel_count - 1) * all->panel_rows + step.rows.count * row_elements;
  return (ck_ahead){
      .first = (const char *)((const float *)all->panels + first_row * CK_PANEL_COLUMNS),
      .bytes = rows * CK_PANEL_COLUMNS * sizeof(float)};
}

/// Computes a step. `pixels` is where the first window begins.
static void run_step_f32(const part_f32 *part, const ck_gemm_f32 *all, size_t index, const float *pixels) {
  const block_lines lines = part->lines;
  const step_f32 step = step_at(part, index);
  const size_t windows = lines.line_count * lines.line_length;
  const bool fetches = part->family->fetches && windows <= CK_MOST_FETCHING_ROWS;
  const ck_ahead next = fetches ? panels_of_step(part, all, index + 1) : (ck_ahead){0};
  ck_gemm_f32 group = *all;
  group.resumes = step.rows.first > 0;
  if (step.rows.first + step.rows.count < kernel_rows_of(part)) ck_leave_sums(&group);
  for (size_t line = 0; line < lines.line_count; line++) {
    size_t offset = line * (lines.line_rows * part->row_stride + lines.line_columns * part->column_stride);
    float *c = group.c + ck_output_element(part->shape, part->block, line * lines.line_rows) +
               line * lines.line_columns * part->shape->pixel_stride;
    ck_taps rows = step.rows;
    // Rows of the kernel that lie on padding are left out: zeros add nothing.
    if (lines.line_rows > 0) {
      rows = common_rows(rows, rows_on_image(part->shape, part->planes, part->block->first_row + line));
    }
    take_rows(&group, all, part->runs_per_row, rows);
    for (size_t x = 0; x < lines.line_length;) {
      size_t height = ck_next_strip_f32(part->family, lines.line_length - x);
      group.ahead = ck_share_of(next, line * lines.line_length + x, height, windows);
      ck_run_strip(
          part->family, &group, pixels + offset + x * group.a_stride, height, c + x * group.c_stride, step.first_panel,
          step.panel_count);
      x += height;
    }
  }
}

static void run_part_f32(
    const ck_gemm_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_gemm_f32 *gemm, const ck_convolution_block *block) {
  band_reserve reserve;
  few_runs few;
  ck_taps planes = ck_planes_on_image(shape, block);
  band band = ck_open_band(shape, input, shape->channels * sizeof(float), 0, 0, 0, block, planes, &reserve);
  size_t runs_per_row = gemm->run_count / ck_kernel_rows_of(shape);
  size_t *runs = ck_window_runs(shape, band, runs_per_row, sizeof(float), &few);
  size_t group_elements = gemm->panel_rows * CK_PANEL_COLUMNS * ck_parts(gemm->columns, CK_PANEL_COLUMNS);
  block_lines lines = lines_of(block, family->strip_rows);
  part_f32 part = {.family = family, .shape = shape, .block = block, .lines = lines, .planes = planes.count};
  part.runs_per_row = runs_per_row;
  part.most_panels = ck_panels_at_once(gemm->panel_rows * CK_PANEL_COLUMNS * sizeof(float));
  part.slices = slices_of(kernel_rows_of(&part), gemm);
  part.row_stride = shape->stride_y * (band.row_bytes / sizeof(float));
  part.column_stride = shape->stride_x * shape->channels;
  ck_gemm_f32 group = *gemm;
  group.a_stride = lines.pixel_rows * part.row_stride + lines.pixel_columns * part.column_stride;
  group.c_stride = lines.pixel_rows * shape->row_stride + lines.pixel_columns * shape->pixel_stride;
  group.runs = runs;
  size_t rows_before = planes.first * shape->kernel_height * runs_per_row * gemm->run_length;

  for (size_t g = 0; g < shape->groups; g++) {
    group.panels = (const float *)gemm->panels + g * group_elements + rows_before * CK_PANEL_COLUMNS;
    group.c = gemm->c + g * gemm->columns;
    group.bias = gemm->bias ? gemm->bias + g * gemm->columns : NULL;
    group.residual = gemm->residual ? gemm->residual + g * gemm->columns : NULL;
    const float *pixels = (const float *)band.pixels + g * (shape->channels / shape->groups);
    for (size_t step = 0; step < step_count(&part); step++) run_step_f32(&part, &group, step, pixels);
  }
  ck_free_runs(runs, &few);
  ck_close_band(band);
}

void ck_convolution_f32_run(
    const ck_gemm_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_gemm_f32 *gemm, ck_convolution_block block) {
  if (block.image_count > 1) {
    ck_convolution_stack_f32_run(family, shape, input, gemm, &block);
    return;
  }
  if (ck_taps_are_distant(shape, gemm)) {
    ck_convolution_distant_f32_run(family, shape, input, gemm, &block);
    return;
  }
  ck_convolution_block parts[CK_MOST_PARTS];
  size_t count = ck_cut_at_edges(shape, block, parts);
  for (size_t i = 0; i < count; i++) run_part_f32(family, shape, input, gemm, &parts[i]);
}

/// The output from a pixel on, for the group whose first column is `columns`.
static ck_int8_output output_of_line(const ck_int8_output *whole, size_t columns, size_t first_pixel) {
  ck_int8_output output = *whole;
  if (output.offsets) output.offsets += columns;
  if (output.multipliers) output.multipliers += columns;
  if (output.bias) output.bias += columns;
  size_t bytes = output.type == CK_OUTPUT_I32 || output.type == CK_OUTPUT_F32 ? 4 : 1;
  output.elements = (uint8_t *)output.elements + (first_pixel * output.stride + columns) * bytes;
  return output;
}

static void run_part_u8s8(
    const ck_gemm_u8s8_family *family, const ck_convolution_shape *shape, const uint8_t *input, uint8_t fill,
    const ck_gemm_u8s8 *gemm, const ck_convolution_block *block) {
  band_reserve reserve;
  few_runs few;
  band band =
      ck_open_band(shape, input, shape->channels, fill, gemm->a_flip, 0, block, ck_all_planes(shape), &reserve);
  size_t *runs = ck_window_runs(shape, band, gemm->run_count / ck_kernel_rows_of(shape), sizeof(uint8_t), &few);
  size_t group_panels = ck_parts(gemm->columns, CK_PANEL_COLUMNS);
  size_t panel_bytes = ck_s8_panel_bytes(gemm->run_count, gemm->run_length);
  block_lines lines = lines_of(block, family->strip_rows);
  size_t row_stride = shape->stride_y * band.row_bytes;
  size_t column_stride = shape->stride_x * shape->channels;
  ck_gemm_u8s8 group = *gemm;
  group.a_flip = 0;
  group.a_stride = lines.pixel_rows * row_stride + lines.pixel_columns * column_stride;
  group.runs = runs;
  size_t most_panels = ck_panels_at_once(panel_bytes);
  size_t end_panel = block->first_panel + block->panel_count;

  for (size_t g = 0; g < shape->groups; g++) {
    group.panels = gemm->panels + g * group_panels * panel_bytes;
    group.column_sums = gemm->column_sums + g * group_panels * CK_PANEL_COLUMNS;
    const uint8_t *pixels = band.pixels + g * (shape->channels / shape->groups);
    for (size_t panel = block->first_panel, panels; panel < end_panel; panel += panels) {
      panels = ck_smaller(end_panel - panel, most_panels);
      for (size_t line = 0; line < lines.line_count; line++) {
        const uint8_t *windows = pixels + line * (lines.line_rows * row_stride + lines.line_columns * column_stride);
        size_t first_pixel = ck_output_pixel(shape, block, line * lines.line_rows) + line * lines.line_columns;
        group.output = output_of_line(&gemm->output, g * gemm->columns, first_pixel);
        group.output.stride *= lines.pixel_rows * shape->output_width + lines.pixel_columns;
        for (size_t x = 0; x < lines.line_length;) {
          size_t height = ck_next_strip(lines.line_length - x, family->strip_rows);
          ck_run_byte_strip(family, &group, windows + x * group.a_stride, height, x, panel, panels);
          x += height;
        }
      }
    }
  }
  ck_free_runs(runs, &few);
  ck_close_band(band);
}

void ck_convolution_u8s8_run(
    const ck_gemm_u8s8_family *family, const ck_convolution_shape *shape, const uint8_t *input, uint8_t fill,
    const ck_gemm_u8s8 *gemm, ck_convolution_block block) {
  if (ck_gathers_windows(shape, gemm)) {
    ck_convolution_gathered_run(family, shape, input, fill, gemm, &block);
    return;
  }
  ck_convolution_block parts[CK_MOST_PARTS];
  size_t count = ck_cut_at_edges(shape, block, parts);
  for (size_t i = 0; i < count; i++) {
    if (ck_writes_windows(shape, gemm->a_flip, &parts[i])) {
      ck_convolution_written_run(family, shape, input, fill, gemm, &parts[i]);
    } else {
      run_part_u8s8(family, shape, input, fill, gemm, &parts[i]);
    }
  }
}
