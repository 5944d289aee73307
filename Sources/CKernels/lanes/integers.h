// Sixteen lanes of the integer types of quantized tensors, and the rounding that makes them.
#pragma once
#include "integer_range.h"
#include "lanes.h"

typedef uint8_t bytes __attribute__((ext_vector_type(CK_LANES)));
typedef int8_t signed_bytes __attribute__((ext_vector_type(CK_LANES)));
typedef int16_t signed_shorts __attribute__((ext_vector_type(CK_LANES)));

CK_DEFINE_MEMORY_ACCESS(bytes, uint8_t)
CK_DEFINE_MEMORY_ACCESS(signed_bytes, int8_t)
CK_DEFINE_MEMORY_ACCESS(signed_shorts, int16_t)

CK_INLINE ints ck_load_integers(ck_integer type, const void *from, size_t width) {
  switch (type) {
    case CK_UINT8: return __builtin_convertvector(ck_load_bytes(from, width), ints);
    case CK_INT8: return __builtin_convertvector(ck_load_signed_bytes(from, width), ints);
    case CK_UINT16: return __builtin_convertvector(ck_load_shorts(from, width), ints);
    case CK_INT16: return __builtin_convertvector(ck_load_signed_shorts(from, width), ints);
    case CK_INT32: return ck_load_ints(from, width);
  }
}

/// Stores lanes whose values the type can hold.
CK_INLINE void ck_store_integers(ck_integer type, void *to, ints value, size_t width) {
  switch (type) {
    case CK_UINT8:
    case CK_INT8: ck_store_bytes(to, __builtin_convertvector(value, bytes), width); break;
    case CK_UINT16:
    case CK_INT16: ck_store_shorts(to, __builtin_convertvector(value, shorts), width); break;
    case CK_INT32: ck_store_ints(to, value, width); break;
  }
}

/// saturate(roundHalfEven(value) + zeroPoint). Clamping comes first: its bounds are whole numbers, so rounding
/// afterwards gives the same, and the conversion to an integer cannot overflow. NaN becomes `smallest`.
CK_INLINE ints ck_round_saturating(floats value, ints zero_point, int32_t smallest, int32_t largest) {
  const floats lowest = __builtin_convertvector(smallest - zero_point, floats);
  const floats highest = __builtin_convertvector(largest - zero_point, floats);
  value = value > lowest ? value : lowest;
  value = value < highest ? value : highest;
  return __builtin_convertvector(__builtin_elementwise_roundeven(value), ints) + zero_point;
}
