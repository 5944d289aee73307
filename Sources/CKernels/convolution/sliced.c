#include "sliced.h"

#include "overhang.h"
#include "runs.h"

#include "../support/compiler.h"
#include "../support/memory.h"

#include <string.h>

/// The channels of a line, which is what is copied of each pixel: a cache line.
enum { line_channels = 16 };

/// A slice of an image, padded: all pixels of one line after the other.
typedef struct slice {
  size_t first_channel, channels;
  /// Of the copy, in pixels.
  size_t height, width;
  ck_depthwise_overhang padding;
  float *pixels;
} slice;

static size_t line_count(const slice *slice) { return ck_parts(slice->channels, line_channels); }
static size_t row_elements(const slice *slice) { return slice->width * line_channels; }
static size_t line_elements(const slice *slice) { return slice->height * row_elements(slice); }

bool ck_is_slice(const ck_convolution_shape *shape, const ck_convolution_block *block) {
  return block->panel_count * CK_PANEL_COLUMNS < shape->channels;
}

/// What the windows of a block cover. Not copied yet.
static slice slice_of(const ck_convolution_shape *shape, const ck_convolution_block *block) {
  const size_t first = block->first_panel * CK_PANEL_COLUMNS;
  slice slice = {
      .first_channel = first,
      .channels = ck_smaller(shape->channels - first, block->panel_count * CK_PANEL_COLUMNS),
      .height = (block->row_count - 1) * shape->stride_y + shape->kernel_height,
      .width = (block->column_count - 1) * shape->stride_x + shape->kernel_width,
      .padding = ck_overhang_of(shape, block)};
  // Windows may lie on padding alone.
  ck_depthwise_overhang *padding = &slice.padding;
  padding->above = ck_smaller(padding->above, slice.height);
  padding->below = ck_smaller(padding->below, slice.height - padding->above);
  padding->left = ck_smaller(padding->left, slice.width);
  padding->right = ck_smaller(padding->right, slice.width - padding->left);
  return slice;
}

static void clear(float *pixels, size_t count) { memset(pixels, 0, count * line_channels * sizeof(float)); }

static void clear_padding(const slice *slice) {
  const ck_depthwise_overhang *padding = &slice->padding;
  for (size_t line = 0; line < line_count(slice); line++) {
    float *pixels = slice->pixels + line * line_elements(slice);
    clear(pixels, padding->above * slice->width);
    clear(pixels + (slice->height - padding->below) * row_elements(slice), padding->below * slice->width);
    for (size_t row = padding->above; row < slice->height - padding->below; row++) {
      clear(pixels + row * row_elements(slice), padding->left);
      clear(pixels + (row + 1) * row_elements(slice) - padding->right * line_channels, padding->right);
    }
  }
}

/// Copies the channels of a pixel to the lines that they belong to. What the last line has beyond them is not written.
CK_INLINE void copy_pixel(const slice *slice, const float *pixel, float *copy) {
  size_t channel = 0;
  for (; channel + line_channels <= slice->channels; channel += line_channels, copy += line_elements(slice)) {
    memcpy(copy, pixel + channel, line_channels * sizeof(float));
  }
  if (channel < slice->channels) memcpy(copy, pixel + channel, (slice->channels - channel) * sizeof(float));
}

/// Copies what lies on the image; `corner` is the first pixel of that.
static void copy_image(const ck_convolution_shape *shape, const slice *slice, const float *corner) {
  const ck_depthwise_overhang *padding = &slice->padding;
  const size_t width = slice->width - padding->left - padding->right;
  for (size_t row = padding->above; row < slice->height - padding->below; row++) {
    float *copy = slice->pixels + row * row_elements(slice) + padding->left * line_channels;
    for (size_t x = 0; x < width; x++) {
      copy_pixel(slice, corner + x * shape->channels, copy + x * line_channels);
    }
    corner += shape->width * shape->channels;
  }
}

/// The first pixel of an image that the windows of a block cover, and first channel of a slice there.
static const float *corner_of(
    const ck_convolution_shape *shape, const ck_convolution_block *block, const slice *slice, const float *input) {
  const size_t row = block->plane * shape->height + ck_excess(block->first_row * shape->stride_y, shape->pad_top);
  const size_t column = ck_excess(block->first_column * shape->stride_x, shape->pad_left);
  return input + (row * shape->width + column) * shape->channels + slice->first_channel;
}

/// The convolution of one line.
static ck_depthwise_f32 line_of(
    const ck_convolution_shape *shape, const ck_depthwise_f32 *depthwise, const slice *slice, size_t line) {
  const size_t first = line * line_channels, channel = slice->first_channel + first;
  ck_depthwise_f32 one = *depthwise;
  one.channels = ck_smaller(slice->channels - first, line_channels);
  one.input_stride = line_channels;
  one.window_stride = shape->stride_x * line_channels;
  one.tap_stride = line_channels;
  one.weights += channel;
  if (one.bias) one.bias += channel;
  return one;
}

static void run_lines(
    const ck_depthwise_f32_family *family, const ck_convolution_shape *shape, const ck_depthwise_f32 *depthwise,
    const slice *slice, ck_depthwise_area area) {
  few_runs few;
  size_t *rows = ck_allocate_runs(shape->kernel_height, &few);
  for (size_t y = 0; y < shape->kernel_height; y++) rows[y] = y * row_elements(slice);
  for (size_t line = 0; line < line_count(slice); line++, area.index += line_channels) {
    const ck_depthwise_f32 one = line_of(shape, depthwise, slice, line);
    family->run(&one, slice->pixels + line * line_elements(slice), rows, &area);
  }
  ck_free_runs(rows, &few);
}

void ck_convolution_sliced_f32_run(
    const ck_depthwise_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_depthwise_f32 *depthwise, const ck_convolution_block *block) {
  slice slice = slice_of(shape, block);
  slice.pixels = ck_allocate_lines(line_count(&slice) * line_elements(&slice) * sizeof(float));
  clear_padding(&slice);
  copy_image(shape, &slice, corner_of(shape, block, &slice, input));

  const ck_depthwise_area area = {
      .height = block->row_count,
      .width = block->column_count,
      .index = ck_output_element(shape, block, 0) + slice.first_channel,
      .window_distance = shape->stride_y * row_elements(&slice),
      .output_distance = shape->row_stride};
  run_lines(family, shape, depthwise, &slice, area);
  for (size_t row = 0; depthwise->function && row < area.height; row++) {
    float *output = depthwise->output + area.index + row * area.output_distance;
    ck_apply_to_rows(depthwise->function, output, area.width, slice.channels, depthwise->output_stride);
  }
  ck_free(slice.pixels);
}
