/// Convolutions in which each channel is a group of its own.
#include "band.h"
#include "edges.h"
#include "runs.h"

#include "../support/compiler.h"
#include "../support/memory.h"

/// Where the rows of a window begin, in elements of `element_bytes`.
static size_t *window_rows(
    const ck_convolution_shape *shape, band band, size_t element_bytes, few_runs *few) {
  size_t *rows = ck_allocate_runs(shape->kernel_height, few);
  for (size_t y = 0; y < shape->kernel_height; y++) {
    rows[y] = y * shape->dilation_y * (band.row_bytes / element_bytes);
  }
  return rows;
}

enum {
  most_parts = CK_MOST_PARTS * CK_MOST_PARTS,
  /// The pixels between the edges from which on rows of float32 numbers are cut: there is more to copy than of bytes.
  least_pixels_f32 = 48,
  /// More bytes of images than this are not found in a cache.
  cached_bytes = 8 * 1024 * 1024
};

/// Cuts a block at all four sides, so that little of the image has to be copied, unless it is narrow: then it costs less
/// to copy it all. So it does where images come from memory, which is fast only for what is read in order: kernels take
/// some channels of many pixels before the next ones.
static size_t cut(
    const ck_convolution_shape *shape, ck_convolution_block block, size_t pixel_bytes, size_t least_pixels,
    ck_convolution_block parts[most_parts]) {
  size_t bytes = shape->images * shape->height * shape->width * pixel_bytes;
  if (shape->width < least_pixels || bytes > cached_bytes) {
    parts[0] = block;
    return 1;
  }
  ck_convolution_block bands[CK_MOST_PARTS];
  size_t band_count = ck_cut_rows(shape, block, bands), count = 0;
  for (size_t i = 0; i < band_count; i++) count += ck_cut_columns(shape, bands[i], least_pixels, parts + count);
  return count;
}

/// The rows of a block from `first` on, `height` of them; rows of the band are `row_elements` long.
static ck_depthwise_area area_of(
    const ck_convolution_shape *shape, const ck_convolution_block *block, size_t first, size_t height,
    size_t row_elements) {
  return (ck_depthwise_area){
      .height = height,
      .width = block->column_count,
      .index = ck_output_pixel(shape, block, first) * shape->channels,
      .window_distance = shape->stride_y * row_elements,
      .output_distance = shape->output_width * shape->channels};
}

/// Bytes of results that a function is applied to at once: a part of the L2 cache, where they still are.
enum { result_bytes = 128 * 1024 };

/// How many rows of output pixels are so many bytes of float32 numbers.
static size_t results_at_once(const ck_convolution_shape *shape, const ck_convolution_block *block) {
  size_t rows = result_bytes / (block->column_count * shape->channels * sizeof(float));
  return rows > 0 ? rows : 1;
}

static void run_part_f32(
    const ck_depthwise_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_depthwise_f32 *depthwise, const ck_convolution_block *block) {
  band_reserve reserve;
  few_runs few;
  band band = ck_open_band(shape, input, shape->channels * sizeof(float), 0, 0, 0, block, &reserve);
  size_t *rows = window_rows(shape, band, sizeof(float), &few);
  const float *pixels = (const float *)band.pixels;
  size_t step = depthwise->function ? results_at_once(shape, block) : block->row_count;
  for (size_t row = 0; row < block->row_count; row += step) {
    size_t height = ck_smaller(block->row_count - row, step);
    ck_depthwise_area area = area_of(shape, block, row, height, band.row_bytes / sizeof(float));
    family->run(depthwise, pixels + row * area.window_distance, rows, &area);
    if (depthwise->function == NULL) continue;
    float *results = depthwise->output + area.index;
    ck_apply_to_rows(depthwise->function, results, height, area.width * shape->channels, area.output_distance);
  }
  ck_free_runs(rows, &few);
  ck_close_band(band);
}

void ck_convolution_depthwise_f32_run(
    const ck_depthwise_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_depthwise_f32 *depthwise, ck_convolution_block block) {
  ck_convolution_block parts[most_parts];
  size_t count = cut(shape, block, shape->channels * sizeof(float), least_pixels_f32, parts);
  for (size_t i = 0; i < count; i++) run_part_f32(family, shape, input, depthwise, &parts[i]);
}

/// Pixels of an image, one cache line of each, that the L1 cache holds beside what else is needed.
enum { cached_pixels = 384 };

/// How many rows of output pixels of bytes are computed at once. Kernels take some channels after others: for the next
/// ones the rest of the cache lines that they have read is still in the L1 cache.
static size_t rows_at_once(const ck_convolution_shape *shape, const ck_convolution_block *block) {
  size_t width = (block->column_count - 1) * shape->stride_x + (shape->kernel_width - 1) * shape->dilation_x + 1;
  size_t cached_rows = cached_pixels / width, kernel_rows = (shape->kernel_height - 1) * shape->dilation_y + 1;
  return cached_rows > kernel_rows ? (cached_rows - kernel_rows) / shape->stride_y + 1 : 1;
}

static void run_part_u8(
    const ck_depthwise_u8_family *family, const ck_convolution_shape *shape, const uint8_t *input, uint8_t fill,
    uint8_t flip, const ck_depthwise_u8 *depthwise, const ck_convolution_block *block) {
  band_reserve reserve;
  few_runs few;
  band band = ck_open_band(shape, input, shape->channels, fill, flip, 0, block, &reserve);
  size_t *rows = window_rows(shape, band, sizeof(uint8_t), &few);
  size_t step = rows_at_once(shape, block);
  for (size_t row = 0; row < block->row_count; row += step) {
    size_t height = ck_smaller(block->row_count - row, step);
    ck_depthwise_area area = area_of(shape, block, row, height, band.row_bytes);
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
