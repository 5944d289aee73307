// The functions of elementwise/functions.inc on sixteen lanes.
#pragma once
#include "lanes.h"

CK_INLINE floats ck_floats_of(ints value) { return __builtin_convertvector(value, floats); }
CK_INLINE floats ck_reinterpret(ints bits) { return ck_from_bits((words)bits); }
CK_INLINE ints ck_reinterpret_floats(floats value) { return (ints)ck_bits(value); }

/// The values, but those of `function` in lanes where `holds` is 0.
CK_INLINE floats ck_mend(floats values, floats x, ints holds, float (*function)(float)) {
  if (__builtin_reduce_and(holds) != 0) return values;
  for (int lane = 0; lane < CK_LANES; lane++) {
    if (holds[lane] == 0) values[lane] = function(x[lane]);
  }
  return values;
}

#include "../elementwise/functions.inc"
