/// The last steps of results that are quantized again.
#pragma once
#include "ck_int8_output.h"

/// Bytes that a result takes until it is stored: a number, and the byte that it becomes.
enum { CK_QUANTIZED_RESULT_BYTES = sizeof(float) + 1 };

/// Puts results, rows of which lie side by side, through the function and the quantization of an output, and writes
/// them to rows at `target`. What follows the results in memory must have room for a byte for each.
void ck_finish_quantized(
    const ck_int8_output *output, float *results, size_t rows, size_t columns, uint8_t *target);
