#pragma once
#include "../include/ck_convert.h"

/// The values that a type can hold, and its size in bytes.
typedef struct ck_integer_range {
  int32_t smallest, largest;
  size_t width;
} ck_integer_range;

static inline ck_integer_range ck_range_of(ck_integer type) {
  switch (type) {
    case CK_UINT8: return (ck_integer_range){0, 255, 1};
    case CK_INT8: return (ck_integer_range){-128, 127, 1};
    case CK_UINT16: return (ck_integer_range){0, 65535, 2};
    case CK_INT16: return (ck_integer_range){-32768, 32767, 2};
    case CK_INT32: return (ck_integer_range){INT32_MIN, INT32_MAX, 4};
  }
}

static inline int ck_holds(ck_integer type, int32_t value) {
  const ck_integer_range range = ck_range_of(type);
  return value >= range.smallest && value <= range.largest;
}
