#include "elementwise.h"

#include "../include/ck_layout.h"

#include <string.h>

void ck_apply(
    ck_tier tier, ck_unary function, float first, float second, const float *input, float *output, size_t count) {
  CK_SELECT(tier, ck_apply)(function, first, second, input, output, count);
}

void ck_apply_to_rows(const ck_function *function, float *elements, size_t rows, size_t columns, size_t stride) {
  if (columns == stride) {
    columns *= rows;
    rows = 1;
  }
  for (size_t row = 0; row < rows; row++, elements += stride) {
    ck_apply(function->tier, function->identifier, function->first, function->second, elements, elements, columns);
  }
}

void ck_combine(
    ck_tier tier, ck_binary function, ck_operand a, ck_operand b, float *output, size_t rows, size_t columns) {
  CK_SELECT(tier, ck_combine)(function, a, b, output, rows, columns);
}

/// Bytes of an operand that is written out as often as fits, where all rows share it: rows of pixels that are multiplied
/// with one gate per channel are short.
enum { REPEATED = 1024 };

/// Whether the rows of an operand are all the same, or follow each other.
static int is_shared(ck_operand operand) { return operand.row_stride == 0 && operand.column_stride == 1; }

static int is_dense(ck_operand operand, size_t columns) {
  return operand.column_stride == 1 && operand.row_stride == (ptrdiff_t)columns;
}

/// Has `operand`, of which every row is the same, `count` copies of its row in each of its rows.
static ck_operand repeated(ck_operand operand, size_t columns, size_t count, uint8_t copies[REPEATED]) {
  for (size_t i = 0; i < count; i++) memcpy(copies + i * columns, operand.start, columns);
  return (ck_operand){.start = copies, .row_stride = 0, .column_stride = 1};
}

void ck_combine_quantized(
    ck_tier tier, ck_binary function, ck_integer type, ck_operand a, ck_linear a_parameters, ck_operand b,
    ck_linear b_parameters, void *output, ck_linear output_parameters, size_t rows, size_t columns) {
  uint8_t copies[REPEATED];
  const size_t count = rows < REPEATED / columns ? rows : REPEATED / columns;
  if (count > 1 && ((is_shared(a) && is_dense(b, columns)) || (is_shared(b) && is_dense(a, columns)))) {
    if (is_shared(a)) a = repeated(a, columns, count, copies);
    else b = repeated(b, columns, count, copies);
    const size_t whole = rows / count * count;
    ck_operand first = a, second = b;
    if (first.row_stride) first.row_stride *= (ptrdiff_t)count;
    if (second.row_stride) second.row_stride *= (ptrdiff_t)count;
    CK_SELECT(tier, ck_combine_quantized)
    (function, type, first, a_parameters, second, b_parameters, output, output_parameters, rows / count,
     count * columns);
    a.start = (const uint8_t *)a.start + (ptrdiff_t)whole * a.row_stride;
    b.start = (const uint8_t *)b.start + (ptrdiff_t)whole * b.row_stride;
    output = (uint8_t *)output + whole * columns;
    rows -= whole;
  }
  CK_SELECT(tier, ck_combine_quantized)
  (function, type, a, a_parameters, b, b_parameters, output, output_parameters, rows, columns);
}

/// Bytes that are looked up together, and then placed: tables take long rows only.
enum { LOOKED_UP = 2048 };

void ck_map_rows(
    const uint8_t table[256], const uint8_t *input, uint8_t *output, size_t output_stride, size_t rows, size_t columns) {
  const size_t fitting = LOOKED_UP / columns;
  if (fitting < 2) {
    for (size_t row = 0; row < rows; row++) ck_map(table, input + row * columns, output + row * output_stride, columns);
    return;
  }
  uint8_t results[LOOKED_UP];
  for (size_t row = 0; row < rows; row += fitting) {
    const size_t count = rows - row < fitting ? rows - row : fitting;
    ck_map(table, input + row * columns, results, count * columns);
    ck_place_rows(results, output + row * output_stride, output_stride, count, columns);
  }
}
