/// How windows and panels of weights are taken, so that both stay in the cache.
#pragma once
#include "../support/compiler.h"

#include <stddef.h>

/// Bytes of weights that are used with one strip of windows after another before the next weights are: a part of the L2
/// cache.
enum { CK_WEIGHT_BYTES_AT_ONCE = 160 * 1024 };

/// How many panels are multiplied with a strip before the next strip is: as many as possible, so that what a strip is
/// prepared for serves them all.
static inline size_t ck_panels_at_once(size_t panel_bytes) {
  size_t count = CK_WEIGHT_BYTES_AT_ONCE / (panel_bytes + 1);
  return count > 0 ? count : 1;
}

/// The height of the next strip when `remaining` windows are to be cut into nearly equal strips.
static inline size_t ck_next_strip(size_t remaining, size_t most) {
  return ck_parts(remaining, ck_parts(remaining, most));
}
