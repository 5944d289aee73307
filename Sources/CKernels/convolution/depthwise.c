/// Convolutions in which each channel is a group of its own.
#include "band.h"
#include "edges.h"
#include "overhang.h"
#include "runs.h"
#include "sliced.h"

#include "../depthwise/pixels.h"
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

/// `height` rows of a block; rows of the band are `row_elements` long. Where they go in the output is left open.
static ck_depthwise_area area_of(
    const ck_convolution_shape *shape, const ck_convolution_block *block, size_t height, size_t row_elements) {
  return (ck_depthwise_area){
      .height = height, .width = block->column_count, .window_distance = shape->stride_y * row_elements};
}

/// Bytes of results that a function is applied to at once: a part of the L2 cache, where they still are.
enum { result_bytes = 128 * 1024 };

/// How many rows of output pixels are so many bytes of float32 numbers.
static size_t results_at_once(const ck_convolution_shape *shape, const ck_convolution_block *block) {
  size_t rows = result_bytes / (block->column_count * shape->channels * sizeof(float));
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

/// Computes a block whose first window begins at `pixels`, in rows of `row_elements`.
static void run_block_f32(
    const ck_depthwise_f32_family *family, const ck_convolution_shape *shape, const float *pixels, size_t row_elements,
    const size_t *rows, const ck_depthwise_f32 *depthwise, const ck_convolution_block *block,
    const ck_depthwise_overhang *overhang) {
  size_t step = depthwise->function ? results_at_once(shape, block) : block->row_count;
  for (size_t row = 0; row < block->row_count; row += step) {
    size_t height = ck_smaller(block->row_count - row, step);
    ck_depthwise_area area = area_of(shape, block, height, row_elements);
    area.index = ck_output_element(shape, block, row);
    area.output_distance = shape->row_stride;
    area.overhang = *overhang;
    area.overhang.above = ck_excess(overhang->above, row * shape->stride_y);
    area.overhang.below = ck_excess(overhang->below, (block->row_count - row - height) * shape->stride_y);
    run_area_f32(family, shape, pixels + row * area.window_distance, rows, depthwise, &area);
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
  size_t edge = ck_pixels_of_row(block->column_count);
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

void ck_convolution_depthwise_f32_run(
    const ck_depthwise_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_depthwise_f32 *given, ck_convolution_block block) {
  ck_depthwise_f32 strided = *given;
  strided.output_stride = shape->pixel_stride;
  const ck_depthwise_f32 *depthwise = &strided;
  if (ck_is_slice(shape, &block)) {
    ck_convolution_sliced_f32_run(family, shape, input, depthwise, &block);
    return;
  }
  size_t pixel_bytes = shape->channels * sizeof(float);
  ck_depthwise_overhang overhang = ck_overhang_of(shape, &block);
  bool is_near = image_bytes(shape, pixel_bytes) <= near_bytes;
  bool is_flat = shape->depth == 1 && shape->kernel_depth == 1 && shape->output_depth == 1;
  // Kernels are told how far windows reach beyond the image only where neighbouring rows of them are neighbours in it.
  bool in_place = is_near && is_flat && shape->dilation_y == 1 && ck_depthwise_f32_takes_overhang(depthwise, &overhang);
  ck_convolution_block parts[most_parts];
  size_t count =
      in_place ? cut_off_edges(shape, &block, parts) : cut(shape, block, pixel_bytes, least_pixels_f32, parts);
  for (size_t i = 0; i < count; i++) {
    if (in_place) run_in_place_f32(family, shape, input, depthwise, &parts[i]);
    else run_part_f32(family, shape, input, depthwise, &parts[i]);
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
    ck_depthwise_area area = area_of(shape, block, height, band.row_bytes);
    area.index = ck_output_pixel(shape, block, row) * shape->channels;
    area.output_distance = shape->output_width * shape->channels;
    family->run(depthwise, band.pixels + row * area.window_distance, rows, &area);
  }
  ck_free_runs(rows, &few);
  ck_close_band(band);
}

void ck_convolution_depthwise_u8_run(
    const ck_depthwise_u8_family *family, const ck_convolution_shape *shape, const uint8_t *input, uint8_t fill,
    uint8_t flip, const ck_depthwise_u8 *depthwise, ck_convolution_block block) {
  ck_convolution_block parts[most_parts];
  size_t count = cut(shape, block, shape->channels, CK_LEAST_PIXELS, parts);
  for (size_t i = 0; i < count; i++) run_part_u8(family, shape, input, fill, flip, depthwise, &parts[i]);
}
