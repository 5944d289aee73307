#include "ck_gemm_f32.h"

#include "../support/compiler.h"

#include <string.h>

/// Rows and columns of the squares that are turned at a time.
enum { side = 4 };

/// Whether the elements of some rows lie side by side in each column.
static bool are_neighbours(const size_t *rows, size_t count) {
  for (size_t i = 1; i < count; i++) {
    if (rows[i] != rows[0] + i) return false;
  }
  return true;
}

#define ELEMENT uint32_t
#define SIZED(name) name##_32
#include "pack.inc"
#undef ELEMENT
#undef SIZED

#define ELEMENT uint16_t
#define SIZED(name) name##_16
#include "pack.inc"
