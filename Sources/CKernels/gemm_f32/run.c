#include "slices.h"

#include "../support/compiler.h"
#include "../support/conflicts.h"
#include "../support/memory.h"

#include <stdlib.h>
#include <string.h>

/// Bytes of A that are used with one panel after another before the next rows of A are. All panels are read once for
/// every such block, and few bytes of A for each multiplication: so these may come from the L3 cache.
enum { block_bytes = 1024 * 1024 };

/// The same where panels stay in the L2 cache, and their bytes at most: there is room for a block, and for the next one
/// that is fetched meanwhile.
enum { streamed_bytes = 200 * 1024, kept_bytes = 1024 * 1024 };

/// Bytes of panels that a strip of rows is multiplied with before the next one is: a part of the L2 cache. Where sums
/// are short, rows of C are then written in one go.
enum { shared_bytes = 96 * 1024 };

/// The most rows of a panel that are used before the rest is: so many of them stay in the L2 cache from one tile to the
/// next.
enum { slice_rows = 1024 };

/// Computes `rows` rows of some panels in strips, which share out the fetching of what is read next.
static void run_strips(
    const ck_gemm_f32_family *family, const ck_gemm_f32 *gemm, const float *a, size_t rows, float *c,
    size_t first_panel, size_t panel_count, ck_ahead next) {
  ck_gemm_f32 strip = *gemm;
  for (size_t row = 0, height; row < rows; row += height) {
    height = ck_next_strip_f32(family, rows - row);
    strip.ahead = ck_share_of(next, row, height, rows);
    ck_run_strip(family, &strip, a + row * gemm->a_stride, height, c + row * gemm->c_stride, first_panel, panel_count);
  }
}

static size_t panel_bytes(const ck_gemm_f32 *gemm) {
  return gemm->panel_rows * CK_PANEL_COLUMNS * ck_weight_bytes(gemm->weight_type);
}

/// What is used of some panels: whole ones, or a slice of a single one.
static ck_ahead used_memory(const ck_gemm_f32 *gemm, size_t first_panel, size_t panel_count) {
  size_t used = gemm->run_count * gemm->run_length, bytes = panel_bytes(gemm);
  size_t last = used * CK_PANEL_COLUMNS * ck_weight_bytes(gemm->weight_type);
  return (ck_ahead){
      .first = (const char *)gemm->panels + first_panel * bytes,
      .bytes = panel_count == 0 ? 0 : (panel_count - 1) * bytes + last};
}

/// The product with the panels from `first_panel` on, given as f32.
static ck_gemm_f32 with_widened(const ck_gemm_f32 *gemm, const float *widened, size_t first_panel) {
  size_t column = first_panel * CK_PANEL_COLUMNS;
  ck_gemm_f32 wide = *gemm;
  wide.panels = widened;
  wide.weight_type = CK_WEIGHT_F32;
  wide.panel_rows = gemm->run_count * gemm->run_length;
  wide.run_gap = 0;
  wide.columns -= column;
  wide.c += column;
  if (wide.bias) wide.bias += column;
  if (wide.residual) wide.residual += column;
  return wide;
}

/// Computes a block of rows for some panels of 16-bit weights, which the first strip widens for the rest.
static void run_widening_strips(
    const ck_gemm_f32_family *family, const ck_gemm_f32 *gemm, const float *a, size_t rows, float *c,
    size_t first_panel, size_t panel_count, ck_ahead next, float *widened) {
  const size_t first_rows = family->strip_rows, rest = rows - first_rows;
  ck_gemm_f32 widening = *gemm;
  widening.widened = widened;
  run_strips(
      family, &widening, a, first_rows, c, first_panel, panel_count, ck_share_of(next, 0, first_rows, rows));
  ck_gemm_f32 wide = with_widened(gemm, widened, first_panel);
  c += first_rows * gemm->c_stride + first_panel * CK_PANEL_COLUMNS;
  run_strips(
      family, &wide, a + first_rows * gemm->a_stride, rest, c, 0, panel_count,
      ck_share_of(next, first_rows, rest, rows));
}

/// The panels that a strip of rows is multiplied with before the next one is.
static size_t panels_at_once(const ck_gemm_f32 *gemm) {
  size_t fitting = shared_bytes / (panel_bytes(gemm) + 1);
  return fitting > 0 ? fitting : 1;
}

/// Computes a block of rows a few panels at a time, so that a panel is read from memory once for the whole block.
/// `widened` has room for these, or is null where weights are not to be widened.
static void run_block(
    const ck_gemm_f32_family *family, const ck_gemm_f32 *gemm, const float *a, size_t rows, float *c,
    ck_gemm_part part, float *widened) {
  if (rows <= family->strip_rows) {
    run_strips(family, gemm, a, rows, c, part.first_panel, part.panel_count, (ck_ahead){0});
    return;
  }
  size_t width = panels_at_once(gemm);
  for (size_t done = 0, panels; done < part.panel_count; done += panels) {
    panels = ck_smaller(part.panel_count - done, width);
    size_t first = part.first_panel + done;
    ck_ahead next = {0};
    if (gemm->ahead.bytes > 0) {
      next = ck_share_of(gemm->ahead, done, panels, part.panel_count);
    } else if (family->fetches && rows <= CK_MOST_FETCHING_ROWS) {
      next = used_memory(gemm, first + panels, ck_smaller(part.panel_count - done - panels, width));
    }
    if (widened && rows >= family->widening_rows) {
      run_widening_strips(family, gemm, a, rows, c, first, panels, next, widened);
    } else {
      run_strips(family, gemm, a, rows, c, first, panels, next);
    }
  }
}

/// Whether rows of A are fetched while those before them are used: where there are so many that they, and not the panels,
/// come from far away. They have to lie together.
static bool streams_rows(const ck_gemm_f32_family *family, const ck_gemm_f32 *gemm, ck_gemm_part part) {
  return family->fetches && gemm->run_count == 1 && gemm->a_stride == gemm->run_length &&
         gemm->rows * gemm->run_length * sizeof(float) > kept_bytes &&
         part.panel_count * panel_bytes(gemm) <= kept_bytes;
}

/// The rows of A to use at a time: nearly equal blocks of whole strips.
static size_t rows_per_block(const ck_gemm_f32_family *family, const ck_gemm_f32 *gemm, ck_gemm_part part) {
  size_t row_bytes = (gemm->run_count * gemm->run_length + 1) * sizeof(float);
  size_t bytes = streams_rows(family, gemm, part) ? streamed_bytes : block_bytes;
  size_t fitting = bytes / row_bytes / family->strip_rows;
  size_t strips = ck_parts(part.row_count, family->strip_rows);
  size_t blocks = ck_parts(strips, fitting > 0 ? fitting : 1);
  return ck_smaller(ck_parts(strips, blocks) * family->strip_rows, part.row_count);
}

/// Memory for copies of a block's rows, where they are rounded or copying them is worthwhile.
static float *buffer_for_copies(
    const ck_gemm_f32_family *family, const ck_gemm_f32 *gemm, ck_gemm_part part, size_t block_rows) {
  bool reused = part.row_count > family->strip_rows && part.panel_count > 1 && gemm->run_count == 1;
  bool conflicting = ck_rows_conflict(gemm->a_stride);
  size_t bytes = block_rows * (gemm->run_length + CK_COPY_PADDING) * sizeof(float);
  if (gemm->round) return ck_allocate(bytes);
  // Without memory for copies the rows are read in place, which is slower and no less right.
  return reused && conflicting ? malloc(bytes) : NULL;
}

/// Memory for the panels of 16-bit weights that are used at once, as f32; null where they are not to be widened.
static float *buffer_for_widened(const ck_gemm_f32_family *family, const ck_gemm_f32 *gemm, size_t block_rows) {
  bool worthwhile = family->widening_rows > 0 && block_rows >= family->widening_rows;
  if (gemm->weight_type == CK_WEIGHT_F32 || !worthwhile) return NULL;
  // Without memory for them weights are widened wherever they are used, which is slower and no less right.
  return aligned_alloc(CK_LINE_BYTES, panels_at_once(gemm) * ck_widened_elements(gemm) * sizeof(float));
}

/// Copies a row of A, rounded where that is asked for.
static void copy_row(const ck_gemm_f32 *gemm, const float *row, float *copy) {
  const float *elements = row + gemm->runs[0];
  if (gemm->round) {
    gemm->round(gemm->rounding_tier, elements, copy, gemm->run_length);
  } else {
    memcpy(copy, elements, gemm->run_length * sizeof(float));
  }
}

/// The rows of A from `first` on, as many as there are up to `most`.
static ck_ahead next_rows(const ck_gemm_f32 *gemm, ck_gemm_part part, size_t first, size_t most) {
  return (ck_ahead){
      .first = (const char *)(gemm->a + (part.first_row + first) * gemm->a_stride),
      .bytes = ck_smaller(part.row_count - first, most) * gemm->a_stride * sizeof(float)};
}

/// Computes a part of C in one go over the rows of B.
static void run_slice(const ck_gemm_f32_family *family, const ck_gemm_f32 *gemm, ck_gemm_part part) {
  static const size_t no_offset = 0;
  size_t block_rows = rows_per_block(family, gemm, part);
  float *widened = buffer_for_widened(family, gemm, block_rows);
  float *copies = buffer_for_copies(family, gemm, part, block_rows);
  ck_gemm_f32 block = *gemm;
  if (copies) {
    block.a_stride = gemm->run_length + CK_COPY_PADDING;
    block.runs = &no_offset;
  }

  for (size_t done = 0, rows; done < part.row_count; done += rows) {
    rows = ck_smaller(part.row_count - done, block_rows);
    const float *a = gemm->a + (part.first_row + done) * gemm->a_stride;
    float *c = gemm->c + (part.first_row + done) * gemm->c_stride;
    if (copies) {
      for (size_t row = 0; row < rows; row++) copy_row(gemm, a + row * gemm->a_stride, copies + row * block.a_stride);
    }
    if (streams_rows(family, gemm, part)) block.ahead = next_rows(gemm, part, done + rows, block_rows);
    run_block(family, &block, copies ? copies : a, rows, c, part, widened);
  }
  free(widened);
  free(copies);
}

/// The rows `first` ..< `first + count` of B alone. Unless they are the last, sums stay in C as they are.
static ck_gemm_f32 slice_of(const ck_gemm_f32 *gemm, size_t first, size_t count) {
  ck_gemm_f32 slice = *gemm;
  slice.a = gemm->a + first;
  slice.panels = (const char *)gemm->panels + first * CK_PANEL_COLUMNS * ck_weight_bytes(gemm->weight_type);
  slice.run_length = count;
  slice.resumes = first > 0;
  if (first + count < gemm->run_length) ck_leave_sums(&slice);
  return slice;
}

void ck_gemm_f32_run(const ck_gemm_f32_family *family, const ck_gemm_f32 *gemm, ck_gemm_part part) {
  size_t slices = ck_parts(gemm->run_length, slice_rows);
  bool reused = part.row_count >= family->tile_rows && gemm->run_count == 1;
  // A residual that is C itself leaves no place for the sums between slices.
  if (slices < 2 || !reused || gemm->residual == gemm->c) {
    run_slice(family, gemm, part);
    return;
  }
  for (size_t slice = 0; slice < slices; slice++) {
    size_t first = gemm->run_length * slice / slices;
    size_t end = gemm->run_length * (slice + 1) / slices;
    ck_gemm_f32 one = slice_of(gemm, first, end - first);
    run_slice(family, &one, part);
  }
}

void ck_gemm_f32_run_vector(
    const ck_gemm_f32_family *family, const ck_gemm_f32 *gemm, size_t first_row, size_t row_count) {
  for (size_t row = first_row; row < first_row + row_count; row++) {
    const float *a = gemm->a + row * gemm->a_stride + gemm->runs[0];
    float *c = gemm->c + row * gemm->c_stride;
    float value = gemm->scale * family->dot(a, gemm->panels, gemm->run_length);
    if (gemm->bias) value += gemm->bias[0];
    if (gemm->residual) value += gemm->residual[row * gemm->c_stride];
    value = gemm->minimum > value ? gemm->minimum : value;
    *c = gemm->maximum < value ? gemm->maximum : value;
  }
  if (gemm->function) {
    ck_apply_to_rows(gemm->function, gemm->c + first_row * gemm->c_stride, row_count, 1, gemm->c_stride);
  }
}
