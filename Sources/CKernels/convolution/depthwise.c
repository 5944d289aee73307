/// Convolutions in which each channel is a group of its own.
#include "band.h"
#include "edges.h"
#include "overhang.h"
#include "runs.h"
#include "sliced.h"

#include "../depthwise/pixels.h"
#include "../gemm_u8s8/strips.h"
#include "../support/compiler.h"
#include "../support/memory.h"

enum {
  most_parts = CK_MOST_PARTS * CK_MOST_PARTS,
  /// The pixels between the edges from which on rows of float32 numbers are cut: there is more to copy than of bytes.
  least_pixels_f32 = 48,
  /// More bytes of images than this are not found in a cache.
  cached_bytes = 8 * 1024 * 1024,
  /// Up to so many bytes of images are found in a cache near by, where it does not matter in which order they are read.
  near_bytes = 1024 * 1024
};

static size_t image_bytes(const ck_convolution_shape *shape, size_t pixel_bytes) {
  return shape->images * shape->depth * shape->height * shape->width * pixel_bytes;
}

/// Cuts a block at all four sides, so that little of the image has to be copied, unless the image is narrow: then it
/// costs less to copy it all. So it does where images come from memory, which is fast only for what is read in order:
/// kernels take some channels of many pixels before the next ones.
static size_t cut(
    const ck_convolution_shape *shape, ck_convolution_block block, size_t pixel_bytes, size_t least_pixels,
    ck_convolution_block parts[most_parts]) {
  if (shape->width < least_pixels || image_bytes(shape, pixel_bytes) > cached_bytes) {
    parts[0] = block;
    return 1;
  }
  ck_convolution_block bands[CK_MOST_PARTS];
  size_t band_count = ck_cut_rows(shape, block, bands), count = 0;
  for (size_t i = 0; i < band_count; i++) count += ck_cut_columns(shape, bands[i], least_pixels, parts + count);
  return count;
}

/// Bytes of results that a function is applied to at once: a part of the L2 cache, where they still are.
enum { result_bytes = 128 * 1024 };

/// How many rows of `width` output pixels are so many bytes of float32 numbers.
static size_t results_at_once(const ck_convolution_shape *shape, size_t width) {
  size_t rows = result_bytes / (width * shape->channels * sizeof(float));
  return rows > 0 ? rows : 1;
}

/// Computes an area, and the function of its results while they are in the cache. Its first window begins at `input`.
static void run_area_f32(
    const ck_depthwise_f32_family *family, const ck_convolution_shape *shape, const float *input, const size_t *rows,
    const ck_depthwise_f32 *depthwise, const ck_depthwise_area *area) {
  family->run(depthwise, input, rows, area);
  if (depthwise->function == NULL) return;
  float *output = depthwise->output + area->index;
  if (depthwise->output_stride == shape->channels) {
    ck_apply_to_rows(
        depthwise->function, output, area->height, area->width * shape->channels, area->output_distance);
    return;
  }
  for (size_t row = 0; row < area->height; row++, output += area->output_distance) {
    ck_apply_to_rows(depthwise->function, output, area->width, shape->channels, depthwise->output_stride);
  }
}

/// How many phases there are. Output pixels that are as far apart as the taps of a dilated kernel make a phase, in which
/// its windows are windows without dilation. The first so many rows and columns begin one each.
typedef struct phases {
  size_t rows, columns;
} phases;

static phases phases_of(const ck_convolution_shape *shape, const ck_depthwise_f32 *depthwise) {
  return (phases){
      .rows = shape->stride_y == 1 ? shape->dilation_y : 1, .columns = depthwise->input_stride / shape->channels};
}

/// The convolution of a phase, for whose kernel there is code; of all pixels where there is none without dilation either.
static ck_depthwise_f32 in_phases_f32(const ck_convolution_shape *shape, const ck_depthwise_f32 *depthwise) {
  ck_depthwise_f32 phase = *depthwise;
  if (shape->stride_x > 1) return phase;
  phase.input_stride = phase.window_stride = phase.tap_stride;
  phase.output_stride *= shape->dilation_x;
  return ck_depthwise_f32_is_common(&phase) ? phase : *depthwise;
}

/// How far the windows of a phase that begins `place` pixels from either end of a block reach beyond the image: in taps,
/// which are `distance` pixels apart, where those of the block reach `reach` pixels.
static size_t reach_in_taps(size_t reach, size_t place, size_t distance) {
  return ck_parts(ck_excess(reach, place), distance);
}

/// Computes the phase of a block that begins at `first_row` and `first_column`.
static void run_phase_f32(
    const ck_depthwise_f32_family *family, const ck_convolution_shape *shape, const float *pixels, size_t row_elements,
    const size_t *rows, const ck_depthwise_f32 *depthwise, const ck_convolution_block *block,
    const ck_depthwise_overhang *overhang, size_t first_row, size_t first_column) {
  const phases phases = phases_of(shape, depthwise);
  const size_t row_count = ck_parts(block->row_count - first_row, phases.rows);
  const size_t column_count = ck_parts(block->column_count - first_column, phases.columns);
  const size_t rows_behind = block->row_count - 1 - (first_row + (row_count - 1) * phases.rows);
  const size_t columns_behind = block->column_count - 1 - (first_column + (column_count - 1) * phases.columns);
  const size_t above = reach_in_taps(overhang->above, first_row, phases.rows);
  const size_t below = reach_in_taps(overhang->below, rows_behind, phases.rows);
  ck_depthwise_area area = {
      .width = column_count,
      .window_distance = phases.rows * shape->stride_y * row_elements,
      .output_distance = phases.rows * shape->row_stride,
      .overhang = {
          .left = reach_in_taps(overhang->left, first_column, phases.columns),
          .right = reach_in_taps(overhang->right, columns_behind, phases.columns),
          .row_stride = overhang->row_stride}};
  pixels += first_row * shape->stride_y * row_elements + first_column * shape->stride_x * shape->channels;
  const size_t index = ck_output_element(shape, block, first_row) + first_column * shape->pixel_stride;
  const size_t step = depthwise->function ? results_at_once(shape, column_count) : row_count;
  for (size_t row = 0; row < row_count; row += step) {
    area.height = ck_smaller(row_count - row, step);
    area.index = index + row * area.output_distance;
    area.overhang.above = ck_excess(above, row * shape->stride_y);
    area.overhang.below = ck_excess(below, (row_count - row - area.height) * shape->stride_y);
    run_area_f32(family, shape, pixels + row * area.window_distance, rows, depthwise, &area);
  }
}

/// Computes a block whose first window begins at `pixels`, in rows of `row_elements`.
static void run_block_f32(
    const ck_depthwise_f32_family *family, const ck_convolution_shape *shape, const float *pixels, size_t row_elements,
    const size_t *rows, const ck_depthwise_f32 *depthwise, const ck_convolution_block *block,
    const ck_depthwise_overhang *overhang) {
  const phases phases = phases_of(shape, depthwise);
  for (size_t row = 0; row < ck_smaller(phases.rows, block->row_count); row++) {
    for (size_t column = 0; column < ck_smaller(phases.columns, block->column_count); column++) {
      run_phase_f32(family, shape, pixels, row_elements, rows, depthwise, block, overhang, row, column);
    }
  }
}

/// Computes a part of a block, whose windows lie on the image or in a copy that is padded.
static void run_part_f32(
    const ck_depthwise_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_depthwise_f32 *depthwise, const ck_convolution_block *block) {
  static const ck_depthwise_overhang none;
  band_reserve reserve;
  few_runs few;
  ck_taps planes = ck_planes_on_image(shape, block);
  band band = ck_open_band(shape, input, shape->channels * sizeof(float), 0, 0, 0, block, planes, &reserve);
  size_t *rows = ck_window_runs(shape, band, 1, sizeof(float), &few);
  ck_depthwise_f32 some = *depthwise;
  some.kernel_height = planes.count * shape->kernel_height;
  some.weights += planes.first * shape->kernel_height * shape->kernel_width * shape->channels;
  run_block_f32(
      family, shape, (const float *)band.pixels, band.row_bytes / sizeof(float), rows, &some, block, &none);
  ck_free_runs(rows, &few);
  ck_close_band(band);
}

/// Cuts off what kernels compute with an eye on the edges, unless that is most of the block: rows whose windows reach
/// above or below the image, and the first and last pixels of all other rows.
static size_t cut_off_edges(
    const ck_convolution_shape *shape, const ck_convolution_block *block, ck_convolution_block parts[most_parts]) {
  size_t edge = shape->dilation_x * ck_pixels_of_row(ck_parts(block->column_count, shape->dilation_x));
  parts[0] = *block;
  if (block->column_count <= 2 * edge) return 1;
  ck_convolution_block bands[CK_MOST_PARTS];
  size_t band_count = ck_cut_rows(shape, *block, bands), count = 0;
  for (size_t i = 0; i < band_count; i++) {
    ck_depthwise_overhang overhang = ck_overhang_of(shape, &bands[i]);
    bool is_edge = overhang.above > 0 || overhang.below > 0;
    size_t left = !is_edge && overhang.left > 0 ? edge : 0, right = !is_edge && overhang.right > 0 ? edge : 0;
    size_t ends[] = {left, block->column_count - right, block->column_count};
    for (size_t part = 0, first = 0; part < CK_MOST_PARTS; first = ends[part++]) {
      if (first == ends[part]) continue;
      parts[count] = bands[i];
      parts[count].first_column += first;
      parts[count++].column_count = ends[part] - first;
    }
  }
  return count;
}

/// Computes a part of a block on the image as it is, by a kernel that knows how far windows reach beyond it.
static void run_in_place_f32(
    const ck_depthwise_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_depthwise_f32 *depthwise, const ck_convolution_block *block) {
  size_t row_elements = shape->width * shape->channels;
  band image = {.row_bytes = row_elements * sizeof(float), .planes = ck_all_planes(shape)};
  few_runs few;
  size_t *rows = ck_window_runs(shape, image, 1, sizeof(float), &few);
  ptrdiff_t row = (ptrdiff_t)(block->first_row * shape->stride_y) - (ptrdiff_t)shape->pad_top;
  ptrdiff_t column = (ptrdiff_t)(block->first_column * shape->stride_x) - (ptrdiff_t)shape->pad_left;
  row += (ptrdiff_t)(block->plane * shape->height);
  const float *pixels = input + (row * (ptrdiff_t)shape->width + column) * (ptrdiff_t)shape->channels;
  ck_depthwise_overhang overhang = ck_overhang_of(shape, block);
  run_block_f32(family, shape, pixels, row_elements, rows, depthwise, block, &overhang);
  ck_free_runs(rows, &few);
}

/// Whether a block is computed on the image as it is: kernels then know how far windows reach beyond it, which they are
/// told only where neighbouring rows of windows are neighbours in it, or in a phase of it.
static bool is_in_place(
    const ck_convolution_shape *shape, const ck_depthwise_f32 *depthwise, const ck_convolution_block *block) {
  // Dilated windows take so much padding that copies of larger images cost more than they give.
  bool is_dilated = shape->dilation_x > 1 || shape->dilation_y > 1;
  bool is_near = image_bytes(shape, shape->channels * sizeof(float)) <= (is_dilated ? cached_bytes : near_bytes);
  bool is_flat = shape->depth == 1 && shape->kernel_depth == 1 && shape->output_depth == 1;
  ck_depthwise_overhang overhang = ck_overhang_of(shape, block);
  overhang.left = ck_parts(overhang.left, shape->dilation_x);
  overhang.right = ck_parts(overhang.right, shape->dilation_x);
  return is_near && is_flat && (shape->dilation_y == 1 || shape->stride_y == 1) &&
         ck_depthwise_f32_takes_overhang(depthwise, &overhang);
}

void ck_convolution_depthwise_f32_run(
    const ck_depthwise_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_depthwise_f32 *given, ck_convolution_block block) {
  ck_depthwise_f32 strided = *given;
  strided.output_stride = shape->pixel_stride;
  if (ck_is_slice(shape, &block)) {
    ck_convolution_sliced_f32_run(family, shape, input, &strided, &block);
    return;
  }
  const ck_depthwise_f32 phase = in_phases_f32(shape, &strided);
  bool in_place = is_in_place(shape, &phase, &block);
  ck_convolution_block parts[most_parts];
  size_t count = in_place ? cut_off_edges(shape, &block, parts)
                          : cut(shape, block, shape->channels * sizeof(float), least_pixels_f32, parts);
  for (size_t i = 0; i < count; i++) {
    if (in_place) run_in_place_f32(family, shape, input, &phase, &parts[i]);
    else run_part_f32(family, shape, input, &phase, &parts[i]);
  }
}

/// Pixels of an image, one cache line of each, that the L1 cache holds beside what else is needed.
enum { cached_pixels = 384 };

/// How many rows of output pixels of bytes are computed at once. Kernels take some channels after others: for the next
/// ones the rest of the cache lines that they have read is still in the L1 cache.
static size_t rows_at_once(const ck_convolution_shape *shape, const ck_convolution_block *block) {
  size_t width = (block->column_count - 1) * shape->stride_x + (shape->kernel_width - 1) * shape->dilation_x + 1;
  size_t plane_rows = (shape->kernel_height - 1) * shape->dilation_y + 1;
  size_t cached_rows = cached_pixels / width, kernel_rows = shape->kernel_depth * plane_rows;
  return cached_rows > kernel_rows ? (cached_rows - kernel_rows) / shape->stride_y + 1 : 1;
}

/// The pixels of some rows of a block, the first of which has its windows at `pixels`: phase by phase.
static void run_rows_u8(
    const ck_depthwise_u8_family *family, const ck_convolution_shape *shape, const uint8_t *pixels, size_t row_bytes,
    const size_t *rows, const ck_depthwise_u8 *depthwise, const ck_convolution_block *block, size_t row,
    size_t height) {
  const size_t phases = depthwise->input_stride / shape->channels;
  const size_t index = ck_output_pixel(shape, block, row) * shape->channels;
  for (size_t column = 0; column < ck_smaller(phases, block->column_count); column++) {
    const ck_depthwise_area area = {
        .height = height,
        .width = ck_parts(block->column_count - column, phases),
        .index = index + column * shape->channels,
        .window_distance = shape->stride_y * row_bytes,
        .output_distance = shape->output_width * shape->channels};
    family->run(depthwise, pixels + column * shape->stride_x * shape->channels, rows, &area);
  }
  ck_int8_output output = depthwise->output;
  output.stride = shape->output_width * shape->channels;
  ck_look_up_rows(&output, (uint8_t *)output.elements + index, height, block->column_count * shape->channels);
}

static void run_part_u8(
    const ck_depthwise_u8_family *family, const ck_convolution_shape *shape, const uint8_t *input, uint8_t fill,
    uint8_t flip, const ck_depthwise_u8 *depthwise, const ck_convolution_block *block) {
  band_reserve reserve;
  few_runs few;
  band band = ck_open_band(shape, input, shape->channels, fill, flip, 0, block, ck_all_planes(shape), &reserve);
  size_t *rows = ck_window_runs(shape, band, 1, sizeof(uint8_t), &few);
  size_t step = rows_at_once(shape, block);
  for (size_t row = 0; row < block->row_count; row += step) {
    size_t height = ck_smaller(block->row_count - row, step);
    const uint8_t *pixels = band.pixels + row * shape->stride_y * band.row_bytes;
    run_rows_u8(family, shape, pixels, band.row_bytes, rows, depthwise, block, row, height);
  }
  ck_free_runs(rows, &few);
  ck_close_band(band);
}

/// The convolution of a phase, like `in_phases_f32`.
static ck_depthwise_u8 in_phases_u8(const ck_convolution_shape *shape, const ck_depthwise_u8 *depthwise) {
  ck_depthwise_u8 all = *depthwise, phase = *depthwise;
  all.output.stride = shape->channels;
  if (shape->stride_x > 1) return all;
  phase.input_stride = phase.window_stride = phase.tap_stride;
  phase.output.stride = shape->dilation_x * shape->channels;
  return ck_depthwise_u8_is_common(&phase) ? phase : all;
}

void ck_convolution_depthwise_u8_run(
    const ck_depthwise_u8_family *family, const ck_convolution_shape *shape, const uint8_t *input, uint8_t fill,
    uint8_t flip, const ck_depthwise_u8 *depthwise, ck_convolution_block block) {
  ck_convolution_block parts[most_parts];
  const ck_depthwise_u8 phase = in_phases_u8(shape, depthwise);
  size_t count = cut(shape, block, shape->channels, CK_LEAST_PIXELS, parts);
  for (size_t i = 0; i < count; i++) run_part_u8(family, shape, input, fill, flip, &phase, &parts[i]);
}
