// The functions of elementwise/functions.inc on sixteen lanes.
#pragma once
#include "lanes.h"

CK_INLINE floats ck_floats_of(ints value) { return __builtin_convertvector(value, floats); }
CK_INLINE floats ck_reinterpret(ints bits) { return ck_from_bits((words)bits); }
CK_INLINE ints ck_reinterpret_floats(floats value) { return (ints)ck_bits(value); }

#include "../elementwise/functions.inc"
