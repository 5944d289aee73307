/// Convolutions of narrow images as products with windows that are written out.
///
/// A strip of the product takes windows at equal distances, so at most one row of output pixels. Where rows are
/// narrower than a strip, most of a kernel's registers would lie idle: copying windows, once for all weights, is cheaper.
#include "ck_convolution.h"

#include "../support/compiler.h"
#include "../support/memory.h"

#include <stdbool.h>
#include <string.h>

/// Windows side by side, each with its runs one after the other.
typedef struct windows {
  uint8_t *bytes;
  /// Where each run begins, in bytes.
  size_t *runs;
  size_t window_bytes;
} windows;

/// Copies a pixel's channels, or padding where the pixel lies outside the image.
static void copy_pixel(
    uint8_t *target, const uint8_t *image, const ck_convolution_shape *shape, ptrdiff_t y, ptrdiff_t x,
    size_t pixel_bytes, uint8_t fill, uint8_t flip) {
  bool inside = y >= 0 && y < (ptrdiff_t)shape->height && x >= 0 && x < (ptrdiff_t)shape->width;
  if (!inside) {
    memset(target, fill ^ flip, pixel_bytes);
    return;
  }
  const uint8_t *source = image + ((size_t)y * shape->width + (size_t)x) * pixel_bytes;
  if (flip == 0) {
    memcpy(target, source, pixel_bytes);
  } else {
    for (size_t i = 0; i < pixel_bytes; i++) target[i] = source[i] ^ flip;
  }
}

static void copy_window(
    uint8_t *target, const windows *layout, const uint8_t *input, const ck_convolution_shape *shape, size_t pixel,
    size_t run_count, size_t pixel_bytes, uint8_t fill, uint8_t flip) {
  size_t pixels_per_image = shape->output_height * shape->output_width;
  size_t in_image = pixel % pixels_per_image;
  const uint8_t *image = input + pixel / pixels_per_image * shape->height * shape->width * pixel_bytes;
  ptrdiff_t first_y = (ptrdiff_t)(in_image / shape->output_width * shape->stride_y) - (ptrdiff_t)shape->pad_top;
  ptrdiff_t first_x = (ptrdiff_t)(in_image % shape->output_width * shape->stride_x) - (ptrdiff_t)shape->pad_left;
  bool run_is_row = run_count == shape->kernel_height;
  for (size_t ky = 0; ky < shape->kernel_height; ky++) {
    for (size_t kx = 0; kx < shape->kernel_width; kx++) {
      size_t run = run_is_row ? layout->runs[ky] + kx * pixel_bytes : layout->runs[ky * shape->kernel_width + kx];
      copy_pixel(
          target + run, image, shape, first_y + (ptrdiff_t)(ky * shape->dilation_y),
          first_x + (ptrdiff_t)(kx * shape->dilation_x), pixel_bytes, fill, flip);
    }
  }
}

/// Copies the windows of `count` output pixels, counted through all images. A run starts at a multiple of four bytes and
/// is followed by at least as many that may be read.
static windows gather(
    const ck_convolution_shape *shape, const void *input, size_t first, size_t count, size_t run_count,
    size_t run_bytes, size_t pixel_bytes, uint8_t fill, uint8_t flip) {
  size_t run_stride = (run_bytes + 3) / 4 * 4;
  windows result = {.window_bytes = run_stride * run_count};
  result.bytes = ck_allocate(count * result.window_bytes + 64);
  result.runs = ck_allocate(run_count * sizeof *result.runs);
  for (size_t run = 0; run < run_count; run++) result.runs[run] = run * run_stride;
  for (size_t i = 0; i < count; i++) {
    copy_window(
        result.bytes + i * result.window_bytes, &result, input, shape, first + i, run_count, pixel_bytes, fill, flip);
  }
  return result;
}

static void release(windows windows) {
  ck_free(windows.runs);
  ck_free(windows.bytes);
}

/// The height of a strip when `remaining` windows are to be cut into nearly equal strips.
static size_t next_strip(size_t remaining, size_t most) {
  return ck_parts(remaining, ck_parts(remaining, most));
}

void ck_convolution_f32_run_gathered(
    const ck_gemm_f32_family *family, const ck_convolution_shape *shape, const float *input,
    const ck_gemm_f32 *gemm, size_t first_pixel, size_t pixel_count) {
  windows windows = gather(
      shape, input, first_pixel, pixel_count, gemm->run_count, gemm->run_length * sizeof(float),
      shape->channels * sizeof(float), 0, 0);
  for (size_t run = 0; run < gemm->run_count; run++) windows.runs[run] /= sizeof(float);
  ck_gemm_f32 product = *gemm;
  product.a_stride = windows.window_bytes / sizeof(float);
  product.runs = windows.runs;
  for (size_t panel = 0; panel < ck_parts(gemm->columns, CK_PANEL_COLUMNS); panel++) {
    for (size_t row = 0; row < pixel_count;) {
      size_t height = next_strip(pixel_count - row, family->strip_rows);
      const float *a = (const float *)windows.bytes + row * product.a_stride;
      family->strip(&product, a, height, gemm->c + (first_pixel + row) * gemm->c_stride, panel, 1);
      row += height;
    }
  }
  release(windows);
}

void ck_convolution_u8s8_run_gathered(
    const ck_gemm_u8s8_family *family, const ck_convolution_shape *shape, const uint8_t *input, uint8_t fill,
    const ck_gemm_u8s8 *gemm, size_t first_pixel, size_t pixel_count) {
  windows windows = gather(
      shape, input, first_pixel, pixel_count, gemm->run_count, gemm->run_length, shape->channels, fill, gemm->a_flip);
  ck_gemm_u8s8 product = *gemm;
  product.a_flip = 0;
  product.a_stride = windows.window_bytes;
  product.runs = windows.runs;
  for (size_t panel = 0; panel < ck_parts(gemm->columns, CK_PANEL_COLUMNS); panel++) {
    for (size_t row = 0; row < pixel_count;) {
      size_t height = next_strip(pixel_count - row, family->strip_rows);
      family->strip(&product, windows.bytes + row * windows.window_bytes, height, first_pixel + row, panel, 1);
      row += height;
    }
  }
  release(windows);
}
