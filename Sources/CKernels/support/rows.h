/// Addresses in neighbouring rows that cost no instruction of their own.
#pragma once
#include "compiler.h"

#include <stddef.h>

enum { CK_MOST_ADDRESSED_ROWS = 15 };

/// The odd multiples of the distance between rows, in bytes: an address can hold one of them, times 1, 2, 4 or 8.
typedef struct ck_row_distances {
  size_t odd[7];
} ck_row_distances;

CK_INLINE ck_row_distances ck_multiples_of(size_t distance) {
  ck_row_distances distances;
  CK_UNROLL for (int i = 0; i < 7; i++) {
    distances.odd[i] = (2 * i + 1) * distance;
    // Or else the compiler would derive one from the other where they are used.
    CK_FORGET(distances.odd[i]);
  }
  return distances;
}

/// The place in row `row`, a constant below `CK_MOST_ADDRESSED_ROWS`, that lies below `first` in row 0.
CK_INLINE const void *ck_in_row(const void *first, ck_row_distances distances, const int row) {
  if (row == 0) return first;
  const int factor = row % 8 == 0 ? 8 : row % 4 == 0 ? 4 : row % 2 == 0 ? 2 : 1;
  return (const char *)first + distances.odd[row / factor / 2] * factor;
}
