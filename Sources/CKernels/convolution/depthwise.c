/// Convolutions in which each channel is a group of its own.
#include "band.h"
#include "edges.h"

#include "../support/memory.h"

/// Where the rows of a window begin, in elements of `element_bytes`.
static size_t *window_rows(const ck_convolution_shape *shape, band band, size_t element_bytes) {
  size_t *rows = ck_allocate(shape->kernel_height * sizeof *rows);
  for (size_t y = 0; y < shape->kernel_height; y++) {
    rows[y] = y * shape->dilation_y * (band.row_bytes / element_bytes);
  }
  return rows;
}

/// The index of the first element of a row of the block in the output.
static size_t output_index(const ck_convolution_shape *shape, const ck_convolution_block *block, size_t row) {
  size_t image_row = block->image * shape->output_height + block->first_row + row;
  return (image_row * shape->output_width + block->first_column) * shape->channels;
}

static void run_part_f32(
    const ck_depthwise_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_depthwise_f32 *depthwise, const ck_convolution_block *block) {
  band band = ck_open_band(shape, input, shape->channels * sizeof(float), 0, 0, 0, block);
  size_t *rows = window_rows(shape, band, sizeof(float));
  for (size_t row = 0; row < block->row_count; row++) {
    const float *windows = (const float *)band.pixels + row * shape->stride_y * (band.row_bytes / sizeof(float));
    family->run(depthwise, windows, rows, output_index(shape, block, row), block->column_count);
  }
  ck_free(rows);
  ck_close_band(band);
}

void ck_convolution_depthwise_f32_run(
    const ck_depthwise_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_depthwise_f32 *depthwise, ck_convolution_block block) {
  ck_convolution_block parts[CK_MOST_PARTS];
  size_t count = ck_cut_at_edges(shape, block, parts);
  for (size_t i = 0; i < count; i++) run_part_f32(family, shape, input, depthwise, &parts[i]);
}

static void run_part_u8(
    const ck_depthwise_u8_family *family, const ck_convolution_shape *shape, const uint8_t *input, uint8_t fill,
    uint8_t flip, const ck_depthwise_u8 *depthwise, const ck_convolution_block *block) {
  band band = ck_open_band(shape, input, shape->channels, fill, flip, 0, block);
  size_t *rows = window_rows(shape, band, sizeof(uint8_t));
  for (size_t row = 0; row < block->row_count; row++) {
    const uint8_t *windows = band.pixels + row * shape->stride_y * band.row_bytes;
    family->run(depthwise, windows, rows, output_index(shape, block, row), block->column_count);
  }
  ck_free(rows);
  ck_close_band(band);
}

void ck_convolution_depthwise_u8_run(
    const ck_depthwise_u8_family *family, const ck_convolution_shape *shape, const uint8_t *input, uint8_t fill,
    uint8_t flip, const ck_depthwise_u8 *depthwise, ck_convolution_block block) {
  ck_convolution_block parts[CK_MOST_PARTS];
  size_t count = ck_cut_at_edges(shape, block, parts);
  for (size_t i = 0; i < count; i++) run_part_u8(family, shape, input, fill, flip, depthwise, &parts[i]);
}
