/// The part of an image that the windows of a block of output pixels lie in.
#pragma once
#include "ck_convolution.h"

typedef struct band {
  /// The first pixel of the first window.
  const uint8_t *pixels;
  /// Bytes from one row of pixels to the next.
  size_t row_bytes;
  /// Memory to be freed; null where it lies in the image, or in a reserve.
  uint8_t *copy;
} band;

/// Memory on the stack for a band of a small image, which takes hardly longer to compute than memory takes to find.
typedef struct band_reserve {
  _Alignas(64) uint8_t bytes[16 * 1024];
} band_reserve;

/// Finds the band of a block, copying it where windows reach beyond the image or bytes are to be flipped.
/// `pixel_bytes` is the size of a pixel with all its channels; `fill` is each byte of padding. Where `slack` is not 0
/// the band is a copy in any case, and so many bytes behind it may be read. Copies that fit it lie in the reserve.
band ck_open_band(
    const ck_convolution_shape *shape, const void *input, size_t pixel_bytes, uint8_t fill, uint8_t flip, size_t slack,
    const ck_convolution_block *block, band_reserve *reserve);

void ck_close_band(band band);
