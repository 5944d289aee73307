/// Rows of f32 that compete for the same few places in the L1 cache, and how far apart to copy them instead.
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum {
  /// Rows a multiple of so many bytes apart compete.
  CK_CONFLICTING_BYTES = 2048,
  /// Elements added to a row of copies so that these do not: a cache line.
  CK_COPY_PADDING = 16
};

/// Whether rows that begin `stride` elements apart compete.
static inline bool ck_rows_conflict(size_t stride) { return stride * sizeof(float) % CK_CONFLICTING_BYTES == 0; }
