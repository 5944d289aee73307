/// Copies of few bytes: a call of `memcpy` costs more than they do.
#pragma once
#include "compiler.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { CK_LONG_COPY = 512, CK_COPY_STEP = 16 };

CK_INLINE void ck_copy_bytes(uint8_t *restrict to, const uint8_t *restrict from, size_t count) {
  if (count >= CK_LONG_COPY) {
    memcpy(to, from, count);
  } else if (count >= CK_COPY_STEP) {
    // The last step overlaps the one before.
    for (size_t i = 0; i < count - CK_COPY_STEP; i += CK_COPY_STEP) memcpy(to + i, from + i, CK_COPY_STEP);
    memcpy(to + count - CK_COPY_STEP, from + count - CK_COPY_STEP, CK_COPY_STEP);
  } else {
    // Also keeps the compiler from making this a call.
    _Pragma("clang loop vectorize(disable) unroll(disable)") for (size_t i = 0; i < count; i++) {
      to[i] = from[i];
      __asm__("" ::: "memory");
    }
  }
}
