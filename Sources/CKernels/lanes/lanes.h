// Vectors of sixteen lanes, whatever the instruction set: the compiler splits them into the registers there are.
// Since every tier works on the same sixteen lanes in the same order, every tier computes the same bits.
//
// A tier's file opens its instruction set with `#pragma clang attribute push`, then includes this and its kernels.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "fold.h"

#pragma STDC FP_CONTRACT OFF
// Vectors wider than a register are passed between inlined functions only, so no calling convention is involved.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float floats __attribute__((ext_vector_type(CK_LANES)));
typedef double doubles __attribute__((ext_vector_type(CK_LANES)));
typedef _Float16 halves __attribute__((ext_vector_type(CK_LANES)));
typedef int32_t ints __attribute__((ext_vector_type(CK_LANES)));
typedef uint32_t words __attribute__((ext_vector_type(CK_LANES)));
typedef uint16_t shorts __attribute__((ext_vector_type(CK_LANES)));

#define CK_INLINE static inline __attribute__((always_inline, unused))
#define CK_JOIN_(name, tier) name##_##tier
#define CK_JOIN(name, tier) CK_JOIN_(name, tier)
/// The name of a kernel in the tier being compiled; the file says which with `#define CK_TIER_NAME`.
#define CK_TIERED(name) CK_JOIN(name, CK_TIER_NAME)

/// The number of lanes that the block at `start` of `count` elements fills.
CK_INLINE size_t ck_block_width(size_t start, size_t count) {
  return count - start < CK_LANES ? count - start : CK_LANES;
}

/// Loads `width` elements from any address, zero in the lanes beyond them; stores the first `width` lanes.
/// The tail of an array goes through the same arithmetic as its body.
#define CK_DEFINE_MEMORY_ACCESS(vector, element)                                            \
  CK_INLINE vector ck_load_##vector(const void *from, size_t width) {                       \
    vector value = 0;                                                                       \
    if (width == CK_LANES) memcpy(&value, from, sizeof value);                              \
    else memcpy(&value, from, width * sizeof(element));                                     \
    return value;                                                                           \
  }                                                                                         \
  CK_INLINE void ck_store_##vector(void *to, vector value, size_t width) {                  \
    if (width == CK_LANES) memcpy(to, &value, sizeof value);                                \
    else memcpy(to, &value, width * sizeof(element));                                       \
  }

CK_DEFINE_MEMORY_ACCESS(floats, float)
CK_DEFINE_MEMORY_ACCESS(halves, _Float16)
CK_DEFINE_MEMORY_ACCESS(ints, int32_t)
CK_DEFINE_MEMORY_ACCESS(shorts, uint16_t)

CK_INLINE words ck_bits(floats value) {
  words bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

CK_INLINE floats ck_from_bits(words bits) {
  floats value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// All ones in the lanes below `width`.
CK_INLINE ints ck_lanes_below(size_t width) {
  const ints lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return lane < (ints)(int32_t)width;
}

/// The lanes joined in the order of fold.h.
#define CK_DEFINE_VECTOR_FOLD(name, vector, element) \
  CK_INLINE element name##_##vector(vector value) {  \
    element lane[CK_LANES];                          \
    memcpy(lane, &value, sizeof lane);               \
    return name##_lanes_##element(lane);             \
  }

CK_DEFINE_VECTOR_FOLD(ck_sum, doubles, double)
CK_DEFINE_VECTOR_FOLD(ck_sum, floats, float)
CK_DEFINE_VECTOR_FOLD(ck_sum, ints, int32_t)
CK_DEFINE_VECTOR_FOLD(ck_product, doubles, double)
CK_DEFINE_VECTOR_FOLD(ck_smallest_or_nan, doubles, double)
CK_DEFINE_VECTOR_FOLD(ck_largest_or_nan, doubles, double)
CK_DEFINE_VECTOR_FOLD(ck_smallest, floats, float)
CK_DEFINE_VECTOR_FOLD(ck_largest, floats, float)
CK_DEFINE_VECTOR_FOLD(ck_largest, doubles, double)
