#include "../include/ck_selection.h"
#include "../support/compiler.h"
#include "../support/copy.h"
#include "weave.h"

#define DEFINE_ASSEMBLE(element)                                                                                \
  CK_INLINE void copy_run_##element(element *to, const element *from, size_t count) {                           \
    if (count == 1) *to = *from;                                                                                \
    else ck_copy_bytes((uint8_t *)to, (const uint8_t *)from, count * sizeof(element));                          \
  }                                                                                                             \
                                                                                                                \
  CK_INLINE void fill_run_##element(element *to, element fill, size_t count) {                                  \
    if (count == 1) *to = fill;                                                                                 \
    else for (size_t i = 0; i < count; i++) to[i] = fill;                                                       \
  }                                                                                                             \
                                                                                                                \
  static void join_##element(                                                                                   \
      const element *from, const ck_row_pattern *pattern, element fill, element *restrict to) {                 \
    for (size_t i = 0; i < pattern->segment_count; i++) {                                                       \
      const ck_segment segment = pattern->segments[i];                                                          \
      const size_t count = (size_t)segment.count;                                                               \
      if (segment.start < 0) fill_run_##element(to, fill, count);                                               \
      else copy_run_##element(to, from + segment.start, count);                                                 \
      to += count;                                                                                              \
    }                                                                                                           \
  }                                                                                                             \
                                                                                                                \
  /* `times` is a constant, so that the compiler can shuffle vectors. */                                        \
  CK_INLINE void repeat_##element(                                                                              \
      const element *restrict from, element *restrict to, size_t count, const size_t times) {                   \
    for (size_t i = 0; i < count; i++)                                                                          \
      for (size_t copy = 0; copy < times; copy++) to[i * times + copy] = from[i];                               \
  }                                                                                                             \
                                                                                                                \
  static void pick_##element(                                                                                   \
      const element *restrict from, const ck_row_pattern *pattern, element fill, element *restrict to) {        \
    const ptrdiff_t *restrict offsets = pattern->offsets;                                                       \
    switch (pattern->repeats) {                                                                                 \
      case 2: ck_weave_##element(from + offsets[0], from + offsets[0], to, pattern->length / 2); return;        \
      case 3: repeat_##element(from + offsets[0], to, pattern->length / 3, 3); return;                          \
      case 4: repeat_##element(from + offsets[0], to, pattern->length / 4, 4); return;                          \
    }                                                                                                           \
    if (pattern->alternates) {                                                                                  \
      ck_weave_##element(from + offsets[0], from + offsets[1], to, pattern->length / 2);                        \
      return;                                                                                                   \
    }                                                                                                           \
    for (size_t i = 0; i < pattern->length; i++) to[i] = offsets[i] < 0 ? fill : from[offsets[i]];              \
  }                                                                                                             \
                                                                                                                \
  static void assemble_##element(                                                                               \
      const element *input, const ptrdiff_t *bases, size_t rows, const ck_row_pattern *pattern, element *output) { \
    element fill;                                                                                               \
    memcpy(&fill, &pattern->fill, sizeof fill);                                                                 \
    const size_t length = pattern->length;                                                                      \
    for (size_t row = 0; row < rows; row++, output += length) {                                                 \
      const ptrdiff_t base = bases[row];                                                                        \
      if (base < 0) fill_run_##element(output, fill, length);                                                   \
      else if (row > 0 && base == bases[row - 1]) copy_run_##element(output, output - length, length);          \
      else if (pattern->segments) join_##element(input + base, pattern, fill, output);                          \
      else pick_##element(input + base, pattern, fill, output);                                                 \
    }                                                                                                           \
  }

DEFINE_ASSEMBLE(uint8_t)
DEFINE_ASSEMBLE(uint16_t)
DEFINE_ASSEMBLE(uint32_t)
DEFINE_ASSEMBLE(uint64_t)

void ck_assemble_rows(
    size_t width, const void *input, const ptrdiff_t *bases, size_t rows, const ck_row_pattern *pattern, void *output) {
  switch (width) {
    case 1: assemble_uint8_t(input, bases, rows, pattern, output); break;
    case 2: assemble_uint16_t(input, bases, rows, pattern, output); break;
    case 4: assemble_uint32_t(input, bases, rows, pattern, output); break;
    case 8: assemble_uint64_t(input, bases, rows, pattern, output); break;
  }
}
