// Blocks of sixteen bytes, and their way through float32 and back, in lanes: see blocks_avx2.h.
#pragma once
#include "integers.h"

enum { CK_PARTS = 1, CK_PART_LANES = CK_LANES, CK_BLOCK = CK_LANES };
typedef bytes ck_block;
typedef floats ck_part;

CK_INLINE ck_part ck_repeat(float value) { return (floats)value; }
CK_INLINE ck_part ck_load_part(const float *from) { return ck_load_floats(from, CK_LANES); }
CK_INLINE ck_part ck_multiply_add(ck_part a, ck_part b, ck_part c) { return __builtin_elementwise_fma(a, b, c); }

CK_INLINE ck_part ck_limit(ck_part value, ck_part lowest, ck_part highest) {
  value = value > lowest ? value : lowest;
  return value < highest ? value : highest;
}

CK_INLINE ck_block ck_load_block(const uint8_t *from, size_t count) { return ck_load_bytes(from, count); }
CK_INLINE void ck_store_block(uint8_t *to, ck_block block, size_t count) { ck_store_bytes(to, block, count); }
CK_INLINE ck_part ck_origin(ck_integer type, int32_t zero_point) { return ck_repeat((float)zero_point); }

CK_INLINE void ck_widen(ck_integer type, ck_block block, ck_part origin, ck_part parts[CK_PARTS]) {
  const ints value = type == CK_INT8 ? __builtin_convertvector((signed_bytes)block, ints)
                                     : __builtin_convertvector(block, ints);
  parts[0] = __builtin_convertvector(value, floats) - origin;
}

CK_INLINE ck_block ck_narrow(ck_integer type, const ck_part parts[CK_PARTS], int32_t zero_point) {
  const ck_integer_range range = ck_range_of(type);
  return __builtin_convertvector(
      ck_round_saturating(parts[0], (ints)zero_point, range.smallest, range.largest), bytes);
}

CK_INLINE ck_block ck_narrow_in_order(ck_integer type, const ck_part parts[CK_PARTS], int32_t zero_point) {
  return ck_narrow(type, parts, zero_point);
}
