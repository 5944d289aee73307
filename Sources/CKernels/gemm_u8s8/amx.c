#include "families.h"

#if defined(__x86_64__)

#include "../support/compiler.h"
#include "../support/output_avx512.h"
#include "../support/tiles.h"

/// A tile holds 64 values of up to 16 rows of A, 16 groups of 16 columns of B, or 16 sums of up to 16 rows of C.
enum { tile_rows = CK_TILE_ROWS, tile_bytes = CK_TILE_BYTES, tile_groups = CK_TILE_ROWS, tile_columns = 16 };

enum { strip_rows = 2 * tile_rows, group_bytes = CK_PANEL_COLUMNS * CK_GROUP_ROWS };

/// Rows and groups from which on tiles are used. A tile of weights takes as long to load for one row as for all that
/// it can have, so with few rows vectors are done before. With few groups, giving tiles their sizes, and taking sums
/// from tiles to registers by way of memory, takes longer than the products; and what does not fill the last step
/// weighs more. A strip with little of both has vectors as well: until tiles have been used for a while, they are slow.
enum { least_rows = 4, least_groups = 2 * tile_groups, least_row_groups = 576 };

/// Steps of a product at most, and those of them at most whose activations have to be copied.
enum { most_steps = 512, most_copies = 16 };

/// Bytes of panels that stay in the L2 cache while strip after strip is multiplied with them.
enum { shared_bytes = 512 * 1024 };

/// The tiles: four of sums, then those of A and of B. Where a strip has one tile of rows, the sums are those of up to
/// four halves of panels and the second tile of A is one more of B. Where it has two, the latter two are of its second.
enum { sums_0, sums_1, sums_2, sums_3, tile_a, tile_a_or_b, tile_b_0, tile_b_1 };

/// 16 groups of all rows of a strip, and where those of a panel are that they are multiplied with.
typedef struct step {
  const uint8_t *a;
  size_t a_stride, b_offset;
} step;

/// A strip of one or two tiles of rows, cut into steps along its runs.
typedef struct strip_state {
  const ck_gemm_u8s8 *gemm;
  size_t panel_bytes;
  /// Rows of each tile; the second may have none.
  size_t heights[2];
  size_t step_count;
  step steps[most_steps];
  /// Rows of the steps that are made of the ends of runs.
  _Alignas(64) uint8_t copies[most_copies][strip_rows][tile_bytes];
} strip_state;

/// The tiles of sums in memory. Where a strip has two tiles of rows, that of row tile i and half j of the panel is at
/// 2 · i + j, else that of half j of the panels at j.
typedef struct stored_sums {
  _Alignas(64) int32_t tiles[4][tile_rows][tile_columns];
} stored_sums;

/// `heights` are the rows of the first and the second tile of rows.
CK_AMX static void configure_tiles(const size_t heights[2]) {
  ck_tile_configuration configuration = {.palette = 1};
  const bool is_single = heights[1] == 0;
  for (int tile = 0; tile < CK_TILE_COUNT; tile++) {
    const bool is_first = is_single ? tile <= tile_a : tile <= sums_1 || tile == tile_a;
    const bool is_second = !is_single && (tile == sums_2 || tile == sums_3 || tile == tile_a_or_b);
    configuration.row_bytes[tile] = tile_bytes;
    configuration.rows[tile] = (uint8_t)(is_first ? heights[0] : is_second ? heights[1] : tile_groups);
  }
  _tile_loadconfig(&configuration);
}

/// Copies the 1 to 64 bytes at `a` of each row to the same place of each line, behind what the line already has. The
/// first ones fill the rest of the line with zeros.
CK_AMX static void copy_bytes(
    const uint8_t *a, size_t a_stride, size_t rows, size_t place, size_t count, bool is_first,
    uint8_t lines[][tile_bytes]) {
  const __mmask64 mask = ~(__mmask64)0 >> (tile_bytes - count) << place;
  for (size_t row = 0; row < rows; row++) {
    // Bytes outside the mask are not read.
    __m512i bytes = _mm512_maskz_loadu_epi8(mask, a + row * a_stride - place);
    if (!is_first) bytes = _mm512_or_si512(bytes, _mm512_loadu_si512(lines[row]));
    _mm512_storeu_si512(lines[row], bytes);
  }
}

/// A place in the runs of a row. A run's last group counts as whole.
typedef struct run_place {
  size_t run, k;
} run_place;

static void advance(run_place *place, const ck_gemm_u8s8 *gemm, size_t count) {
  place->k += count;
  if (place->k < gemm->run_length) return;
  place->k = 0;
  place->run++;
}

/// Copies what follows in the runs, of this and the next ones, until lines are filled from `begin` on or runs are at
/// their end.
static void copy_runs(
    const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t rows, size_t begin, run_place *place,
    uint8_t lines[][tile_bytes]) {
  for (size_t filled = begin; filled < tile_bytes && place->run < gemm->run_count;) {
    const size_t count = ck_smaller(gemm->run_length - place->k, tile_bytes - filled);
    const uint8_t *source = a + gemm->runs[place->run] + place->k;
    copy_bytes(source, gemm->a_stride, rows, filled, count, filled == begin, lines);
    filled += ck_parts(count, CK_GROUP_ROWS) * CK_GROUP_ROWS;
    advance(place, gemm, count);
  }
}

/// Cuts a strip into steps, or returns false where its runs are too short, too many or too long for tiles.
static bool cut_into_steps(const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t rows, strip_state *state) {
  const size_t groups = gemm->run_count * ck_parts(gemm->run_length, CK_GROUP_ROWS);
  state->step_count = ck_parts(groups, tile_groups);
  if (groups < least_groups || rows * groups < least_row_groups || state->step_count > most_steps) return false;
  // Whatever is copied is the end of a run at least.
  const size_t ends = gemm->run_length % tile_bytes == 0 ? 0 : gemm->run_count;
  if (ck_smaller(ends, state->step_count) > most_copies) return false;

  run_place place = {0, 0};
  size_t copies = 0;
  for (size_t i = 0; i < state->step_count; i++) {
    // The last step takes 16 groups as well: those before the rest once more, times zeros.
    const size_t group = ck_smaller(i * tile_groups, groups - tile_groups);
    const size_t begin = (i * tile_groups - group) * CK_GROUP_ROWS;
    step *step = &state->steps[i];
    step->b_offset = group * group_bytes;
    if (begin == 0 && gemm->run_length - place.k >= tile_bytes) {
      step->a = a + gemm->runs[place.run] + place.k;
      step->a_stride = gemm->a_stride;
      advance(&place, gemm, tile_bytes);
    } else {
      step->a = state->copies[copies][0];
      step->a_stride = tile_bytes;
      copy_runs(gemm, a, rows, begin, &place, state->copies[copies]);
      copies++;
    }
  }
  return true;
}

/// The sums of one tile of rows and some halves of panels.
CK_INLINE CK_AMX void multiply_one(const int halves, const strip_state *state, const int8_t *panel) {
  const int8_t *next_panel = panel + state->panel_bytes;
  _tile_zero(sums_0);
  if (halves > 1) _tile_zero(sums_1);
  if (halves > 2) _tile_zero(sums_2);
  if (halves > 3) _tile_zero(sums_3);
  for (size_t i = 0; i < state->step_count; i++) {
    const step step = state->steps[i];
    _tile_loadd(tile_a, step.a, step.a_stride);
    _tile_loadd(tile_b_0, panel + step.b_offset, group_bytes);
    _tile_dpbusd(sums_0, tile_a, tile_b_0);
    if (halves > 1) {
      _tile_loadd(tile_b_1, panel + step.b_offset + group_bytes / 2, group_bytes);
      _tile_dpbusd(sums_1, tile_a, tile_b_1);
    }
    if (halves > 2) {
      _tile_loadd(tile_a_or_b, next_panel + step.b_offset, group_bytes);
      _tile_dpbusd(sums_2, tile_a, tile_a_or_b);
    }
    if (halves > 3) {
      _tile_loadd(tile_b_0, next_panel + step.b_offset + group_bytes / 2, group_bytes);
      _tile_dpbusd(sums_3, tile_a, tile_b_0);
    }
  }
}

/// The sums of two tiles of rows and one or both halves of a panel.
CK_INLINE CK_AMX void multiply_two(const int halves, const strip_state *state, const int8_t *panel) {
  _tile_zero(sums_0);
  _tile_zero(sums_2);
  if (halves > 1) {
    _tile_zero(sums_1);
    _tile_zero(sums_3);
  }
  for (size_t i = 0; i < state->step_count; i++) {
    const step step = state->steps[i];
    _tile_loadd(tile_b_0, panel + step.b_offset, group_bytes);
    _tile_loadd(tile_a, step.a, step.a_stride);
    _tile_dpbusd(sums_0, tile_a, tile_b_0);
    _tile_loadd(tile_a_or_b, step.a + state->heights[0] * step.a_stride, step.a_stride);
    _tile_dpbusd(sums_2, tile_a_or_b, tile_b_0);
    if (halves > 1) {
      _tile_loadd(tile_b_1, panel + step.b_offset + group_bytes / 2, group_bytes);
      _tile_dpbusd(sums_1, tile_a, tile_b_1);
      _tile_dpbusd(sums_3, tile_a_or_b, tile_b_1);
    }
  }
}

/// Leaves the sums of some halves of panels in the tiles of sums.
CK_INLINE CK_AMX void multiply(const strip_state *state, const int8_t *panel, size_t halves) {
  if (state->heights[1] > 0) {
    if (halves == 1) multiply_two(1, state, panel);
    else multiply_two(2, state, panel);
    return;
  }
  switch (halves) {
  case 1: multiply_one(1, state, panel); return;
  case 2: multiply_one(2, state, panel); return;
  case 3: multiply_one(3, state, panel); return;
  default: multiply_one(4, state, panel); return;
  }
}

CK_INLINE CK_AMX void store_sums(bool is_single, size_t halves, stored_sums *sums) {
  _tile_stored(sums_0, sums->tiles[0], tile_bytes);
  if (halves > 1) _tile_stored(sums_1, sums->tiles[1], tile_bytes);
  if (!is_single || halves > 2) _tile_stored(sums_2, sums->tiles[2], tile_bytes);
  if (is_single ? halves > 3 : halves > 1) _tile_stored(sums_3, sums->tiles[3], tile_bytes);
}

CK_INLINE CK_AMX void finish_rows(
    const int count, const ck_int8_output *output, output_columns columns, const int32_t sums[][tile_columns],
    size_t index) {
  __m512i finished[4];
  CK_UNROLL for (int row = 0; row < count; row++) {
    finished[row] = _mm512_add_epi32(_mm512_loadu_si512(sums[row]), columns.offsets);
  }
  store_rows(count, output, columns, finished, index, output->stride);
}

CK_INLINE CK_AMX void finish_tile(
    const ck_gemm_u8s8 *gemm, const int32_t sums[][tile_columns], size_t rows, size_t first_row, size_t column) {
  const ck_int8_output *output = &gemm->output;
  const output_columns columns = load_output_columns(output, column, gemm->columns);
  size_t index = first_row * output->stride + column;
  for (; rows >= 4; rows -= 4, sums += 4, index += 4 * output->stride) finish_rows(4, output, columns, sums, index);
  switch (rows) {
  case 3: finish_rows(3, output, columns, sums, index); return;
  case 2: finish_rows(2, output, columns, sums, index); return;
  case 1: finish_rows(1, output, columns, sums, index); return;
  default: return;
  }
}

CK_AMX static void finish(
    const strip_state *state, const stored_sums *sums, size_t first_row, size_t column, size_t halves) {
  size_t row = first_row;
  for (size_t i = 0; i < 2 && state->heights[i] > 0; row += state->heights[i], i++) {
    for (size_t half = 0; half < halves; half++) {
      finish_tile(state->gemm, sums->tiles[2 * i + half], state->heights[i], row, column + half * tile_columns);
    }
  }
}

static void strip_without_tiles(
    const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t rows, size_t first_row, size_t first_panel,
    size_t panel_count) {
  const ck_gemm_u8s8_family *family = &ck_gemm_u8s8_avx512;
  for (size_t strips = ck_parts(rows, family->strip_rows), height; strips > 0; strips--) {
    height = rows / strips;
    family->strip(gemm, a, height, first_row, first_panel, panel_count);
    a += height * gemm->a_stride;
    first_row += height;
    rows -= height;
  }
}

CK_AMX static void strip(
    const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t rows, size_t first_row, size_t first_panel,
    size_t panel_count) {
  strip_state state;
  if (rows < least_rows || !cut_into_steps(gemm, a, rows, &state)) {
    strip_without_tiles(gemm, a, rows, first_row, first_panel, panel_count);
    return;
  }
  const bool is_single = rows <= tile_rows;
  state.gemm = gemm;
  state.panel_bytes = ck_s8_panel_bytes(gemm->run_count, gemm->run_length);
  state.heights[0] = is_single ? rows : ck_parts(rows, 2);
  state.heights[1] = rows - state.heights[0];
  configure_tiles(state.heights);

  stored_sums sums;
  const size_t end = first_panel + panel_count;
  for (size_t panel = first_panel; panel < end;) {
    const size_t column = panel * CK_PANEL_COLUMNS;
    size_t halves = ck_smaller(ck_parts(gemm->columns - column, tile_columns), 2 * (end - panel));
    halves = ck_smaller(halves, is_single ? 4 : 2);
    multiply(&state, gemm->panels + panel * state.panel_bytes, halves);
    store_sums(is_single, halves, &sums);
    finish(&state, &sums, first_row, column, halves);
    panel += ck_parts(halves, 2);
  }
  // Tiles in use would have to be saved with every switch to another thread.
  _tile_release();
}

const ck_gemm_u8s8_family ck_gemm_u8s8_amx = {
    .strip_rows = strip_rows, .tile_rows = strip_rows, .shared_bytes = shared_bytes, .strip = strip};

#endif
