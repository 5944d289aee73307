#pragma once
#include <stddef.h>

/// Float32 numbers cut off toward zero to integers of `width` bytes: 1, 2, 4 or 8. What does not fit, NaN included,
/// gives what the conversion instructions of x86 give: the least integer of 32 bits, of 64 for a width of 8, and of it
/// the lowest bytes.
void ck_truncate(size_t width, const float *input, void *output, size_t count);
