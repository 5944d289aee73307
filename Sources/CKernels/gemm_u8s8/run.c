#include "ck_gemm_u8s8.h"

#include "../support/compiler.h"
#include "../support/memory.h"

#include <string.h>

/// Bytes of A that are used with one panel after another before the next rows of A are: a part of the L2 cache.
enum { block_bytes = 400 * 1024 };

/// Bytes of panels that a strip of rows is multiplied with before the next one is: a part of the L1 cache. Where sums
/// are short, rows of C are then written in one go.
enum { short_panels_bytes = 16 * 1024 };

enum { line_bytes = 64 };

/// Rows this far apart compete for the same few places in the L1 cache.
static bool is_conflicting(size_t stride) { return stride % 2048 == 0 || stride % 4096 == 1024; }

/// Computes a strip and its function, while the results are in the L1 cache.
static void run_strip(
    const ck_gemm_u8s8_family *family, const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t rows, size_t first_row,
    size_t first_panel, size_t panel_count) {
  family->strip(gemm, a, rows, first_row, first_panel, panel_count);
  const ck_int8_output *output = &gemm->output;
  if (output->function == NULL) return;
  size_t column = first_panel * CK_PANEL_COLUMNS;
  size_t columns = ck_smaller(gemm->columns - column, panel_count * CK_PANEL_COLUMNS);
  float *results = (float *)output->elements + first_row * output->stride + column;
  ck_apply_to_rows(output->function, results, rows, columns, output->stride);
}

/// Computes rows of some panels in strips of nearly equal height.
static void run_strips(
    const ck_gemm_u8s8_family *family, const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t rows, size_t first_row,
    size_t first_panel, size_t panel_count) {
  size_t strips = ck_parts(rows, family->strip_rows);
  size_t row = 0;
  for (size_t strip = 0; strip < strips; strip++) {
    size_t height = (rows - row) / (strips - strip);
    run_strip(family, gemm, a + row * gemm->a_stride, height, first_row + row, first_panel, panel_count);
    row += height;
  }
}

/// The panels that strips are taken across before the next ones are.
static size_t panels_at_once(const ck_gemm_u8s8_family *family, const ck_gemm_u8s8 *gemm) {
  size_t panel_bytes = ck_s8_panel_bytes(gemm->run_count, gemm->run_length);
  size_t bytes = family->shared_bytes > 0 ? family->shared_bytes : short_panels_bytes;
  size_t panels = bytes / (panel_bytes + 1);
  return panels > 0 ? panels : 1;
}

/// Computes a block of rows a few panels at a time, so that a panel is read from memory once for the whole block.
static void run_block(
    const ck_gemm_u8s8_family *family, const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t rows, size_t first_row,
    ck_gemm_part part) {
  if (rows <= family->strip_rows) {
    run_strips(family, gemm, a, rows, first_row, part.first_panel, part.panel_count);
    return;
  }
  size_t width = panels_at_once(family, gemm);
  for (size_t done = 0; done < part.panel_count; done += width) {
    size_t panels = ck_smaller(part.panel_count - done, width);
    run_strips(family, gemm, a, rows, first_row, part.first_panel + done, panels);
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

  for (size_t done = 0; done < part.row_count; done += block_rows) {
    size_t rows = ck_smaller(part.row_count - done, block_rows);
    size_t first_row = part.first_row + done;
    const uint8_t *a = gemm->a + first_row * gemm->a_stride;
    if (!copying) {
      run_block(family, gemm, a, rows, first_row, part);
      continue;
    }
    for (size_t row = 0; row < rows; row++) {
      const uint8_t *source = a + row * gemm->a_stride + gemm->runs[0];
      copy_flipped(copies + row * copied.a_stride, source, gemm->run_length, gemm->a_flip);
    }
    run_block(family, &copied, copies, rows, first_row, part);
  }
  ck_free(memory);
}
