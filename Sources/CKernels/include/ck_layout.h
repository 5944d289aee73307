#pragma once
#include <stddef.h>

#include "ck_tier.h"

// These kernels move elements of 1, 2, 4 or 8 bytes. Strides count elements and may be zero or negative.

/// output[column][row] = input[row][column]: rows lie `input_stride` apart in the input, `output_stride` being the
/// distance between the rows of the output. Elements of a row lie side by side in both.
void ck_transpose(
    ck_tier tier, size_t width, const void *input, ptrdiff_t input_stride, void *output, ptrdiff_t output_stride,
    size_t rows, size_t columns);

/// The two distances of a matrix in memory.
typedef struct ck_strides {
  ptrdiff_t row;
  ptrdiff_t column;
} ck_strides;

/// output[row][column] = input[row][column], each with its own strides. A stride of zero repeats an input element.
void ck_copy_strided(
    size_t width, const void *input, ck_strides input_strides, void *output, ck_strides output_strides, size_t rows,
    size_t columns);

/// Copies `rows` rows of `bytes` bytes each, one after the other in the input, to places `output_stride` bytes apart.
void ck_place_rows(const void *input, void *output, size_t output_stride, size_t rows, size_t bytes);
