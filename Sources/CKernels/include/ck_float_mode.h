/// How a thread computes with denormal numbers.
#pragma once
#include <stdint.h>

/// The mode of the calling thread, for `ck_set_float_mode`.
uint64_t ck_float_mode(void);

/// Gives the calling thread a mode. Costs next to nothing where it has that already.
void ck_set_float_mode(uint64_t mode);

/// The same mode, but denormal operands and results of float32 and float64 arithmetic are taken for 0 of their sign.
/// Conversions to and from float16 keep denormal halves. Where the processor knows no such mode, `mode` itself.
uint64_t ck_flushing_float_mode(uint64_t mode);
