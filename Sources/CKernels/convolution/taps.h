/// Which taps of a kernel lie on the image; the others would multiply padding.
#pragma once
#include "../support/compiler.h"

#include <stddef.h>

/// Neighbouring rows or columns of a kernel.
typedef struct ck_taps {
  size_t first, count;
} ck_taps;

/// Those rows or columns of a kernel that lie on an image with `size` pixels along their axis, for the output with
/// number `output`.
static inline ck_taps ck_taps_on_image(
    size_t output, size_t size, size_t pad, size_t stride, size_t kernel, size_t dilation) {
  size_t begin = output * stride;
  size_t before = begin < pad ? pad - begin : 0;
  size_t first = ck_smaller(ck_parts(before, dilation), kernel);
  size_t end = begin < size + pad ? ck_smaller(ck_parts(size + pad - begin, dilation), kernel) : 0;
  return (ck_taps){.first = first, .count = end > first ? end - first : 0};
}
