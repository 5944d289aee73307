#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// These kernels move elements of 1, 2, 4 or 8 bytes.

/// An operand that is read one element after the other, or the same one again and again where `step` is 0.
typedef struct ck_choice {
  const void *elements;
  size_t step;
} ck_choice;

/// output[i] = the element of `chosen` where the byte of `condition` is not 0, and that of `other` elsewhere.
void ck_choose(
    size_t width, ck_choice condition, ck_choice chosen, ck_choice other, void *output, size_t count);

/// A stretch of a row that comes from `count` neighbouring elements, or is filled where `start` is negative.
typedef struct ck_segment {
  ptrdiff_t start;
  ptrdiff_t count;
} ck_segment;

/// How a row is put together from elements counted from some base.
typedef struct ck_row_pattern {
  /// Stretches that make up the row; null where there are `offsets`.
  const ck_segment *segments;
  size_t segment_count;
  /// Where each element of the row comes from; negative where it is filled.
  const ptrdiff_t *offsets;
  size_t length;
  /// Where not 0: the elements from offsets[0] on follow each other, each of them so many times.
  size_t repeats;
  /// Whether the elements from offsets[0] on and those from offsets[1] on come in turns.
  bool alternates;
  /// One element, in the first bytes.
  uint64_t fill;
} ck_row_pattern;

/// Writes `rows` rows one behind the other, row i from the elements at bases[i] on; all of it is filled where that is
/// negative.
void ck_assemble_rows(
    size_t width, const void *input, const ptrdiff_t *bases, size_t rows, const ck_row_pattern *pattern, void *output);
