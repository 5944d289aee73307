#include "ck_gemm_u8s8.h"

#include "../support/compiler.h"
#include "../support/memory.h"
#include "finish.h"
#include "strips.h"

#include <string.h>

/// Bytes of A that are used with one panel after another before the next rows of A are: a part of the L2 cache.
enum { block_bytes = 400 * 1024 };

/// Bytes of panels that a strip of rows is multiplied with before the next one is: a part of the L1 cache. Where sums
/// are short, rows of C are then written in one go.
enum { short_panels_bytes = 26 * 1024 };

enum { line_bytes = 64 };

/// Rows this far apart compete for the same few places in the L1 cache.
static bool is_conflicting(size_t stride) { return stride % 2048 == 0 || stride % 4096 == 1024; }

/// Bytes of real results that are quantized at a time: the L1 cache holds them.
enum { most_result_bytes = 32 * 1024 };

/// A product and the memory it takes.
typedef struct product {
  const ck_gemm_u8s8_family *family;
  const ck_gemm_u8s8 *gemm;
  /// Room for the results of a strip, where they are quantized.
  float *results;
} product;

/// The product of A with some panels of B alone, which leaves its results in rows side by side.
static ck_gemm_u8s8 panels_of(const ck_gemm_u8s8 *gemm, size_t first_panel, size_t columns, float *results) {
  const size_t first_column = first_panel * CK_PANEL_COLUMNS;
  ck_gemm_u8s8 part = *gemm;
  part.panels += first_panel * ck_s8_panel_bytes(gemm->run_count, gemm->run_length);
  part.column_sums += first_column;
  part.columns = columns;
  if (part.output.offsets) part.output.offsets += first_column;
  if (part.output.bias) part.output.bias += first_column;
  part.output.multipliers += first_column;
  part.output.elements = results;
  part.output.stride = columns;
  return part;
}

/// Computes a strip and what follows it, while the results are in the L1 cache.
static void run_strip(
    const product *product, const uint8_t *a, size_t rows, size_t first_row, size_t first_panel, size_t panel_count) {
  const ck_gemm_u8s8 *gemm = product->gemm;
  const ck_int8_output *output = &gemm->output;
  const size_t column = first_panel * CK_PANEL_COLUMNS;
  const size_t columns = ck_smaller(gemm->columns - column, panel_count * CK_PANEL_COLUMNS);
  const size_t index = first_row * output->stride + column;
  if (output->quantization) {
    const ck_gemm_u8s8 part = panels_of(gemm, first_panel, columns, product->results);
    product->family->strip(&part, a, rows, 0, 0, panel_count);
    uint8_t *bytes = (uint8_t *)output->elements + index;
    ck_finish_quantized(output, product->results, rows, columns, bytes);
    ck_look_up_rows(output, bytes, rows, columns);
    return;
  }
  ck_run_byte_strip(product->family, gemm, a, rows, first_row, first_panel, panel_count);
  if (output->function) {
    ck_apply_to_rows(output->function, (float *)output->elements + index, rows, columns, output->stride);
  }
}

/// Computes rows of some panels in strips of nearly equal height.
static void run_strips(
    const product *product, const uint8_t *a, size_t rows, size_t first_row, size_t first_panel, size_t panel_count) {
  size_t strips = ck_parts(rows, product->family->strip_rows);
  size_t row = 0;
  for (size_t strip = 0; strip < strips; strip++) {
    size_t height = (rows - row) / (strips - strip);
    run_strip(product, a + row * product->gemm->a_stride, height, first_row + row, first_panel, panel_count);
    row += height;
  }
}

/// The panels of which the results of a strip are quantized together.
static size_t quantized_panels(const ck_gemm_u8s8_family *family) {
  size_t panels = most_result_bytes / (family->strip_rows * CK_PANEL_COLUMNS * sizeof(float));
  return panels > 0 ? panels : 1;
}

/// The panels that strips of a block of rows are taken across before the next ones are: of the only strip all.
static size_t panels_at_once(const product *product, size_t rows, size_t panel_count) {
  const ck_gemm_u8s8_family *family = product->family;
  size_t panels = panel_count;
  if (rows > family->strip_rows) {
    size_t panel_bytes = ck_s8_panel_bytes(product->gemm->run_count, product->gemm->run_length);
    panels = (family->shared_bytes > 0 ? family->shared_bytes : short_panels_bytes) / (panel_bytes + 1);
  }
  if (product->gemm->output.quantization) panels = ck_smaller(panels, quantized_panels(family));
  return panels > 0 ? panels : 1;
}

/// Computes a block of rows a few panels at a time, so that a panel is read from memory once for the whole block.
static void run_block(const product *product, const uint8_t *a, size_t rows, size_t first_row, ck_gemm_part part) {
  size_t width = panels_at_once(product, rows, part.panel_count);
  for (size_t done = 0; done < part.panel_count; done += width) {
    size_t panels = ck_smaller(part.panel_count - done, width);
    run_strips(product, a, rows, first_row, part.first_panel + done, panels);
  }
}

static size_t rows_per_block(const ck_gemm_u8s8_family *family, const ck_gemm_u8s8 *gemm, size_t rows) {
  size_t strips = block_bytes / (gemm->run_count * gemm->run_length + 1) / family->strip_rows;
  return ck_smaller((strips > 0 ? strips : 1) * family->strip_rows, rows);
}

static void copy_flipped(uint8_t *target, const uint8_t *source, size_t count, uint8_t flip) {
  for (size_t i = 0; i < count; i++) target[i] = source[i] ^ flip;
}

/// The first address from `bytes` on at which a cache line begins, so that what is read of a row at once lies in one.
static uint8_t *next_line(uint8_t *bytes) { return bytes + (line_bytes - (uintptr_t)bytes % line_bytes) % line_bytes; }

void ck_gemm_u8s8_run(const ck_gemm_u8s8_family *family, const ck_gemm_u8s8 *gemm, ck_gemm_part part) {
  size_t block_rows = rows_per_block(family, gemm, part.row_count);
  bool one_run = gemm->run_count == 1;
  bool reused = part.row_count > family->strip_rows && part.panel_count > 1;
  bool conflicting = family->shared_bytes == 0 && is_conflicting(gemm->a_stride);
  bool copying = gemm->a_flip != 0 || (one_run && reused && conflicting);

  static const size_t no_offset = 0;
  ck_gemm_u8s8 copied = *gemm;
  copied.runs = &no_offset;
  // An odd number of cache lines, so that the copies of rows do not compete.
  copied.a_stride = (gemm->run_length / line_bytes | 1) * line_bytes + line_bytes * 2;
  uint8_t *memory = copying ? ck_allocate(block_rows * copied.a_stride + line_bytes - 1) : NULL;
  uint8_t *copies = copying ? next_line(memory) : NULL;
  product product = {.family = family, .gemm = copying ? &copied : gemm};
  if (gemm->output.quantization) {
    size_t columns = quantized_panels(family) * CK_PANEL_COLUMNS;
    product.results = ck_allocate_lines(family->strip_rows * columns * CK_QUANTIZED_RESULT_BYTES);
  }

  for (size_t done = 0; done < part.row_count; done += block_rows) {
    size_t rows = ck_smaller(part.row_count - done, block_rows);
    size_t first_row = part.first_row + done;
    const uint8_t *a = gemm->a + first_row * gemm->a_stride;
    if (!copying) {
      run_block(&product, a, rows, first_row, part);
      continue;
    }
    for (size_t row = 0; row < rows; row++) {
      const uint8_t *source = a + row * gemm->a_stride + gemm->runs[0];
      copy_flipped(copies + row * copied.a_stride, source, gemm->run_length, gemm->a_flip);
    }
    run_block(&product, copies, rows, first_row, part);
  }
  ck_free(product.results);
  ck_free(memory);
}
