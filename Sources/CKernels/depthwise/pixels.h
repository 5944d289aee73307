#pragma once
#include "../support/compiler.h"
#include "ck_depthwise.h"

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

/// By how much `a` exceeds `b`; 0 where it does not.
static inline size_t ck_excess(size_t a, size_t b) { return a > b ? a - b : 0; }

/// The rows of a kernel that lie on the image for one row of windows: from `first` on, before `end`.
typedef struct kernel_rows {
  size_t first, end;
} kernel_rows;

static inline kernel_rows ck_kernel_rows(const ck_depthwise_area *area, size_t y, size_t kernel_height) {
  const ck_depthwise_overhang *overhang = &area->overhang;
  const size_t above = ck_excess(overhang->above, y * overhang->row_stride);
  const size_t below = ck_excess(overhang->below, (area->height - 1 - y) * overhang->row_stride);
  return (kernel_rows){.first = above, .end = ck_excess(kernel_height, below)};
}
