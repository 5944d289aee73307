/// The part of an image that the windows of a block of output pixels lie in.
#pragma once
#include "ck_convolution.h"
#include "taps.h"

typedef struct band {
  /// The first pixel of the first window.
  const uint8_t *pixels;
  /// Bytes from one row of pixels to the next.
  size_t row_bytes;
  /// The planes of the kernel that it serves, and bytes from where one of them lies to where the next one does.
  ck_taps planes;
  size_t plane_bytes;
  /// Memory to be freed; null where it lies in the image, or in a reserve.
  uint8_t *copy;
} band;

/// Memory on the stack for a band of a small image, which takes hardly longer to compute than memory takes to find.
typedef struct band_reserve {
  _Alignas(64) uint8_t bytes[16 * 1024];
} band_reserve;

/// All planes of a kernel.
static inline ck_taps ck_all_planes(const ck_convolution_shape *shape) {
  return (ck_taps){.first = 0, .count = shape->kernel_depth};
}

/// The planes of a kernel that lie on the image for the output pixels of a block.
static inline ck_taps ck_planes_on_image(const ck_convolution_shape *shape, const ck_convolution_block *block) {
  return ck_taps_on_image(
      block->plane % shape->output_depth, shape->depth, shape->pad_front, shape->stride_z, shape->kernel_depth,
      shape->dilation_z);
}

/// Finds the band of a block for some planes of the kernel, copying it where windows reach beyond the image or bytes are
/// to be flipped.
/// `pixel_bytes` is the size of a pixel with all its channels; `fill` is each byte of padding. Where `slack` is not 0
/// the band is a copy in any case, and so many bytes behind it may be read. Copies that fit it lie in the reserve.
band ck_open_band(
    const ck_convolution_shape *shape, const void *input, size_t pixel_bytes, uint8_t fill, uint8_t flip, size_t slack,
    const ck_convolution_block *block, ck_taps planes, band_reserve *reserve);

void ck_close_band(band band);

/// Whether such a band is a copy.
bool ck_band_is_copied(
    const ck_convolution_shape *shape, uint8_t flip, size_t slack, const ck_convolution_block *block, ck_taps planes);

/// Copies bytes, each XORed with `flip`.
void ck_copy_flipped(uint8_t *target, const uint8_t *source, size_t bytes, uint8_t flip);
