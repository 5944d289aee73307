// Partial blocks, for instruction sets that have nothing better than to copy them.
#pragma once
#include <stddef.h>
#include <string.h>

#include "vectors.h"

/// Loads the first `width` ≤ 16 lanes of a block, of `element` bytes each; zeros beyond them. Nothing past them is read.
CK_INLINE void ck_load_partial(void *block, const void *from, size_t width, size_t element) {
  memset(block, 0, CK_LANES * element);
  memcpy(block, from, width * element);
}

/// Stores the first `width` ≤ 16 lanes of a block.
CK_INLINE void ck_store_partial(void *to, const void *block, size_t width, size_t element) {
  memcpy(to, block, width * element);
}
