// Vectors of sixteen lanes, whatever the instruction set: the compiler splits them into the registers there are.
// Since every tier works on the same sixteen lanes in the same order, every tier computes the same bits.
//
// A tier's file opens its instruction set with `#pragma clang attribute push`, then includes this and its kernels. Its
// header may bring `ck_load_partial` and `ck_store_partial` in place of those of partial_copied.h.
#pragma once
#include "vectors.h"

#if !defined(CK_HAS_PARTIAL_BLOCKS)
#include "partial_copied.h"
#endif

#pragma STDC FP_CONTRACT OFF
// Vectors wider than a register are passed between inlined functions only, so no calling convention is involved.
#pragma clang diagnostic ignored "-Wpsabi"

#define CK_JOIN_(name, tier) name##_##tier
#define CK_JOIN(name, tier) CK_JOIN_(name, tier)
/// The name of a kernel in the tier being compiled; the file says which with `#define CK_TIER_NAME`.
#define CK_TIERED(name) CK_JOIN(name, CK_TIER_NAME)

/// The number of lanes that the block at `start` of `count` elements fills.
CK_INLINE size_t ck_block_width(size_t start, size_t count) {
  return count - start < CK_LANES ? count - start : CK_LANES;
}

/// Runs the statements for every block of `count` elements, `width` of them from `i` on. The tail goes through the same
/// arithmetic as the body, in code of its own: so `width` is a constant in the loop, and what the loop does not change
/// can stay in registers.
#define CK_FOR_EACH_BLOCK(i, width, count, ...)                                      \
  {                                                                                  \
    const size_t i##_tail = (count) / CK_LANES * CK_LANES;                           \
    size_t i = 0;                                                                    \
    for (; i < i##_tail; i += CK_LANES) {                                            \
      const size_t width = CK_LANES;                                                 \
      __VA_ARGS__                                                                    \
    }                                                                                \
    if (i < (count)) {                                                               \
      const size_t width = (count) - i;                                              \
      __VA_ARGS__                                                                    \
    }                                                                                \
  }

/// Runs the statement behind it for each of a constant number of rows, which index an array of registers.
#define CK_FOR_EACH_ROW(row, rows) \
  _Pragma("clang loop unroll(full)") for (size_t row = 0; row < (rows); row++)

/// Loads `width` elements from any address, zero in the lanes beyond them; stores the first `width` lanes.
#define CK_DEFINE_MEMORY_ACCESS(vector, element)                              \
  CK_INLINE vector ck_load_##vector(const void *from, size_t width) {         \
    vector value;                                                             \
    if (width == CK_LANES) memcpy(&value, from, sizeof value);                \
    else ck_load_partial(&value, from, width, sizeof(element));               \
    return value;                                                             \
  }                                                                           \
  CK_INLINE void ck_store_##vector(void *to, vector value, size_t width) {    \
    if (width == CK_LANES) memcpy(to, &value, sizeof value);                  \
    else ck_store_partial(to, &value, width, sizeof(element));                \
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
#define CK_DEFINE_VECTOR_FOLD(name, vector, element, JOIN)            \
  CK_INLINE element name##_##vector(vector value) {                   \
    typedef element eight __attribute__((ext_vector_type(8)));        \
    typedef element four __attribute__((ext_vector_type(4)));         \
    typedef element two __attribute__((ext_vector_type(2)));          \
    const eight eight_lanes = JOIN(value.lo, value.hi);               \
    const four four_lanes = JOIN(eight_lanes.lo, eight_lanes.hi);     \
    const two two_lanes = JOIN(four_lanes.lo, four_lanes.hi);         \
    return JOIN(two_lanes.x, two_lanes.y);                            \
  }

CK_DEFINE_VECTOR_FOLD(ck_sum, doubles, double, CK_ADD)
CK_DEFINE_VECTOR_FOLD(ck_sum, floats, float, CK_ADD)
CK_DEFINE_VECTOR_FOLD(ck_sum, ints, int32_t, CK_ADD)
CK_DEFINE_VECTOR_FOLD(ck_product, doubles, double, CK_MULTIPLY)
CK_DEFINE_VECTOR_FOLD(ck_smallest_or_nan, doubles, double, CK_SMALLER_OR_NAN)
CK_DEFINE_VECTOR_FOLD(ck_largest_or_nan, doubles, double, CK_LARGER_OR_NAN)
CK_DEFINE_VECTOR_FOLD(ck_smallest, floats, float, CK_SMALLER)
CK_DEFINE_VECTOR_FOLD(ck_largest, floats, float, CK_LARGER)
CK_DEFINE_VECTOR_FOLD(ck_largest, doubles, double, CK_LARGER)
