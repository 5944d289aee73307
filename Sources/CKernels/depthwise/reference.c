#include "families.h"

#include "../support/output_scalar.h"
#include "pixels.h"

static void line_f32(
    const ck_depthwise_f32 *depthwise, const float *input, const size_t *rows, const ck_depthwise_area *area,
    size_t line) {
  const size_t channels = depthwise->channels, width = area->width;
  const size_t stride = depthwise->window_stride / depthwise->input_stride;
  const size_t index = area->index + line * area->output_distance;
  const kernel_rows on_image = ck_kernel_rows(area, line, depthwise->kernel_height);
  for (size_t x = 0; x < width; x++) {
    const size_t left = ck_excess(area->overhang.left, x * stride);
    const size_t right = ck_excess(area->overhang.right, (width - 1 - x) * stride);
    for (size_t c = 0; c < channels; c++) {
      const float *window = input + x * depthwise->window_stride + c;
      const float *weights = depthwise->weights + c;
      float sum = depthwise->bias ? depthwise->bias[c] : 0;
      for (size_t y = 0; y < depthwise->kernel_height; y++) {
        for (size_t tap = 0; tap < depthwise->kernel_width; tap++, weights += depthwise->weight_stride) {
          if (y < on_image.first || y >= on_image.end || tap < left || tap + right >= depthwise->kernel_width) continue;
          sum += window[rows[y] + tap * depthwise->tap_stride] * *weights;
        }
      }
      size_t at = index + x * depthwise->output_stride + c;
      if (depthwise->residual) sum += depthwise->residual[at];
      depthwise->output[at] = ck_clamp(sum, depthwise->minimum, depthwise->maximum);
    }
  }
}

static int32_t weight(const ck_depthwise_u8 *depthwise, size_t y, size_t tap, size_t channel) {
  size_t pair = (y / 2 * depthwise->kernel_width + tap) * depthwise->channels + channel;
  uint32_t both = (uint32_t)depthwise->weights[pair];
  return (int16_t)(y % 2 == 0 ? both : both >> 16);
}

static void line_u8(
    const ck_depthwise_u8 *depthwise, const uint8_t *input, const size_t *rows, size_t index, size_t width) {
  for (size_t x = 0; x < width; x++) {
    for (size_t c = 0; c < depthwise->channels; c++) {
      const uint8_t *window = input + x * depthwise->window_stride + c;
      uint32_t sum = 0;
      for (size_t y = 0; y < depthwise->kernel_height; y++) {
        for (size_t tap = 0; tap < depthwise->kernel_width; tap++) {
          sum += (uint32_t)(window[rows[y] + tap * depthwise->tap_stride] * weight(depthwise, y, tap, c));
        }
      }
      ck_store_output(&depthwise->output, (int32_t)sum, c, index + x * depthwise->output.stride + c);
    }
  }
}

static void run_f32(
    const ck_depthwise_f32 *depthwise, const float *input, const size_t *rows, const ck_depthwise_area *area) {
  for (size_t y = 0; y < area->height; y++) {
    line_f32(depthwise, input + y * area->window_distance, rows, area, y);
  }
}

static void run_u8(
    const ck_depthwise_u8 *depthwise, const uint8_t *input, const size_t *rows, const ck_depthwise_area *area) {
  for (size_t y = 0; y < area->height; y++) {
    const size_t index = area->index + y * area->output_distance;
    line_u8(depthwise, input + y * area->window_distance, rows, index, area->width);
  }
}

const ck_depthwise_f32_family ck_depthwise_f32_reference = {.run = run_f32};
const ck_depthwise_u8_family ck_depthwise_u8_reference = {.run = run_u8};
