#pragma once
#include "../support/compiler.h"

/// Pixels of a row that are computed at once: many, or rather the next number where that suits the width of the row,
/// or those of a short row.
enum { pixels_at_once = 8, fewer_pixels_at_once = 7, few_pixels = 4 };

/// How many pixels of a row of so many are computed at once, so that few are computed twice.
static inline size_t ck_pixels_of_row(size_t width) {
  if (width < few_pixels) return 1;
  if (width < fewer_pixels_at_once) return few_pixels;
  const size_t many = ck_parts(width, pixels_at_once) * pixels_at_once;
  const size_t fewer = ck_parts(width, fewer_pixels_at_once) * fewer_pixels_at_once;
  return fewer < many ? fewer_pixels_at_once : pixels_at_once;
}
