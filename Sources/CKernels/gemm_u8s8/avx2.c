#include "families.h"

#if defined(__x86_64__)

#include "../support/compiler.h"
#include "../support/output_avx2.h"
#include "activations_avx2.h"
#include "products_avx2.h"

/// Rows of a strip: a whole number of blocks of either height, which share panels while these are in the L1 cache.
enum { strip_rows = most_rows * wide_rows, most_blocks = strip_rows / wide_rows };

/// Groups from which on blocks have 3 rows where tiles have 32 columns: with fewer, more tiles cost more than they save.
enum { least_wide_groups = 32 };

/// Panels that share copied rows where these have to be copied in parts.
enum { most_panels = 8 };

/// Bytes of panels that stay in the L2 cache while strip after strip is multiplied with them.
enum { shared_bytes = 192 * 1024 };

/// Rows of a strip that are multiplied at once.
typedef struct row_block {
  size_t first_row, row_count;
  /// The activations of the groups that are multiplied at once, and the largest of the first and the second pair of each
  /// group.
  _Alignas(64) uint8_t bytes[most_rows][row_bytes];
  uint8_t largest[2][largest_bytes];
  /// Sums of groups before, where a panel has more groups than are multiplied at once.
  int32_t sums[most_panels][most_rows][CK_PANEL_COLUMNS];
} row_block;

typedef struct strip_state {
  row_block blocks[most_blocks];
  size_t block_count;
  const ck_gemm_u8s8 *gemm;
  /// The groups of a panel; those that are multiplied at once; whether these are its first and its last.
  size_t groups, first_group, group_count;
  bool is_first, is_last;
  bool limits_are_bytes;
} strip_state;

/// Where a tile lies: the weights of its panel, from the first group that is multiplied on, and their limits; the place
/// of its panel among the sums before; its first vector, counted from the beginning of the panel; its first column of
/// all.
typedef struct tile_place {
  const int8_t *weights;
  const uint8_t *limits;
  size_t panel, vector, column;
} tile_place;

/// Stores finished sums a vector of columns at a time.
CK_INLINE CK_AVX2 void store_vectors(
    const int rows, const int count, const ck_gemm_u8s8 *gemm, size_t first_row, __m256i sums[][panel_vectors],
    const int first, size_t column) {
  const size_t stride = gemm->output.stride;
  CK_UNROLL for (int i = 0; i < count; i++, column += vector_columns) {
    if (column >= gemm->columns) return;
    output_columns columns = load_output_columns(&gemm->output, column, gemm->columns);
    __m256i finished[most_rows];
    CK_UNROLL for (int row = 0; row < rows; row++) {
      finished[row] = _mm256_add_epi32(sums[row][first + i], columns.offsets);
    }
    store_rows(rows, &gemm->output, columns, finished, first_row * stride + column, stride);
  }
}

/// Stores the finished sums of half a panel as bytes, two rows at a time, or returns false where that is not possible.
CK_INLINE CK_AVX2 bool store_half(
    const int rows, const strip_state *state, const row_block *block, __m256i sums[][panel_vectors],
    const int first, size_t column) {
  const ck_int8_output *output = &state->gemm->output;
  packed_columns columns;
  if (!state->limits_are_bytes || column + half_vectors * vector_columns > state->gemm->columns) return false;
  if (!load_packed_columns(output, column, &columns)) return false;
  uint8_t *target = (uint8_t *)output->elements + block->first_row * output->stride + column;
  CK_UNROLL for (int row = 0; row < rows; row += 2, target += 2 * output->stride) {
    __m256i one = finish_row(&columns, sums[row] + first);
    __m256i other = row + 1 < rows ? finish_row(&columns, sums[row + 1] + first) : one;
    __m256i bytes = pack_two_rows(&columns, one, other);
    _mm_storeu_si128((__m128i *)target, _mm256_castsi256_si128(bytes));
    if (row + 1 < rows) {
      _mm_storeu_si128((__m128i *)(target + output->stride), _mm256_extracti128_si256(bytes, 1));
    }
  }
  return true;
}

/// One bit for each of `checked_groups` groups from one on: whether products of a pair might saturate.
CK_INLINE CK_AVX2 uint32_t saturating_groups(
    const int vectors, const row_block *block, size_t group, const uint8_t *limits) {
  __m256i excess[2];
  CK_UNROLL for (int pair = 0; pair < 2; pair++) {
    const __m256i largest = _mm256_loadu_si256((const __m256i *)(block->largest[pair] + group));
    excess[pair] = _mm256_subs_epu8(largest, load_limits(vectors, limits, pair));
  }
  return nonzero_bytes(_mm256_or_si256(excess[0], excess[1]));
}

/// The rows of a block and `vectors` neighbouring vectors of columns, with all sums in registers.
CK_INLINE CK_AVX2 void tile(
    const int rows, const int vectors, const strip_state *state, row_block *block, const tile_place *place) {
  const ck_gemm_u8s8 *gemm = state->gemm;
  group_place group = {
      .a = block->bytes[0],
      .b = place->weights + place->vector * vector_bytes};
  const uint8_t *limits = place->limits + place->vector / half_vectors * 2 * CK_LIMIT_GROUPS;
  __m256i sums[most_rows][panel_vectors];
  CK_UNROLL for (int row = 0; row < rows; row++) {
    const __m256i *before = (const __m256i *)block->sums[place->panel][row] + place->vector;
    CK_UNROLL for (int i = 0; i < vectors; i++) {
      sums[row][i] = state->is_first ? _mm256_setzero_si256() : _mm256_loadu_si256(before + i);
    }
  }
  for (size_t done = 0; done < state->group_count; done += checked_groups) {
    const uint32_t saturating = saturating_groups(vectors, block, done, limits);
    const size_t count = ck_smaller(state->group_count - done, checked_groups);
    if (saturating == 0) {
      add_groups(rows, vectors, sums, group, count);
    } else {
      add_mixed_groups(rows, vectors, sums, group, count, saturating);
    }
    group = skip_groups(group, checked_groups);
    limits += CK_LIMIT_BYTES;
  }
  if (!state->is_last) {
    CK_UNROLL for (int row = 0; row < rows; row++) {
      __m256i *after = (__m256i *)block->sums[place->panel][row] + place->vector;
      CK_UNROLL for (int i = 0; i < vectors; i++) _mm256_storeu_si256(after + i, sums[row][i]);
    }
    return;
  }
  CK_UNROLL for (int first = 0; first < vectors; first += half_vectors) {
    const size_t column = place->column + first * vector_columns;
    const int count = vectors - first < half_vectors ? 1 : half_vectors;
    if (count < half_vectors || !store_half(rows, state, block, sums, first, column)) {
      store_vectors(rows, count, gemm, block->first_row, sums, first, column);
    }
  }
}

typedef void (*tile_function)(const strip_state *state, row_block *block, const tile_place *place);

#define TILE(rows, vectors)                                                  \
  CK_AVX2 static void tile_##rows##x##vectors(                               \
      const strip_state *state, row_block *block, const tile_place *place) { \
    tile(rows, vectors, state, block, place);                                \
  }

TILE(1, 1) TILE(2, 1) TILE(3, 1) TILE(4, 1) TILE(5, 1)
TILE(1, 2) TILE(2, 2) TILE(3, 2) TILE(4, 2) TILE(5, 2)
TILE(1, 4) TILE(2, 4) TILE(3, 4)

/// The widest tile for `rows` rows that is not wider than the columns that are left need.
static tile_function tile_for(size_t rows, size_t columns, size_t *vectors) {
  static const tile_function tiles[3][most_rows + 1] = {
      {NULL, tile_1x1, tile_2x1, tile_3x1, tile_4x1, tile_5x1},
      {NULL, tile_1x2, tile_2x2, tile_3x2, tile_4x2, tile_5x2},
      {NULL, tile_1x4, tile_2x4, tile_3x4}};
  const bool narrow = columns <= half_vectors * vector_columns || rows > wide_rows;
  const int width = columns <= vector_columns ? 0 : narrow ? 1 : 2;
  *vectors = (size_t)1 << width;
  return tiles[width][rows];
}

/// Multiplies the copied rows of a block with some of the columns of a panel.
static void multiply_columns(
    const strip_state *state, row_block *block, tile_place place, size_t columns) {
  for (size_t done = 0, vectors; done < columns; done += vectors * vector_columns) {
    tile_function run_tile = tile_for(block->row_count, columns - done, &vectors);
    run_tile(state, block, &place);
    place.vector += vectors;
    place.column += vectors * vector_columns;
  }
}

/// Cuts a strip into blocks of nearly equal height.
static void cut_strip(strip_state *state, size_t rows, size_t first_row) {
  const bool wide = state->groups >= least_wide_groups && state->gemm->columns > half_vectors * vector_columns;
  state->block_count = ck_parts(rows, wide ? wide_rows : most_rows);
  for (size_t i = 0, done = 0; i < state->block_count; i++) {
    row_block *block = &state->blocks[i];
    block->first_row = first_row + done;
    block->row_count = ck_parts(rows - done, state->block_count - i);
    done += block->row_count;
  }
}

CK_AVX2 static void copy_rows(strip_state *state, const uint8_t *a) {
  const ck_gemm_u8s8 *gemm = state->gemm;
  for (size_t i = 0; i < state->block_count; i++) {
    row_block *block = &state->blocks[i];
    largest_of_pairs largest = {.pairs = {block->largest[0], block->largest[1]}};
    copy_groups(gemm, a, block->row_count, state->first_group, state->group_count, block->bytes[0], largest);
    a += block->row_count * gemm->a_stride;
  }
}

/// Where the first tile of a panel lies.
static tile_place place_panel(const strip_state *state, size_t panel) {
  const ck_gemm_u8s8 *gemm = state->gemm;
  const int8_t *weights = gemm->panels + panel * ck_s8_panel_bytes(gemm->run_count, gemm->run_length);
  const uint8_t *limits = ck_s8_pair_limits(weights, state->groups);
  return (tile_place){
      .weights = weights + state->first_group * group_bytes,
      .limits = limits + state->first_group / CK_LIMIT_GROUPS * CK_LIMIT_BYTES,
      .column = panel * CK_PANEL_COLUMNS};
}

static void strip(
    const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t rows, size_t first_row, size_t first_panel,
    size_t panel_count) {
  strip_state state;
  state.gemm = gemm;
  state.groups = gemm->run_count * ck_parts(gemm->run_length, CK_GROUP_ROWS);
  state.limits_are_bytes = ck_limits_are_bytes(&gemm->output);
  cut_strip(&state, rows, first_row);
  const size_t end = first_panel + panel_count;
  const bool at_once = state.groups <= most_groups;
  const size_t step = at_once ? panel_count : most_panels;
  for (size_t first = first_panel; first < end; first += step) {
    state.first_group = 0;
    do {
      state.is_first = state.first_group == 0;
      state.group_count = ck_smaller(state.groups - state.first_group, most_groups);
      state.is_last = state.first_group + state.group_count == state.groups;
      copy_rows(&state, a);
      for (size_t panel = first; panel < ck_smaller(first + step, end); panel++) {
        tile_place place = place_panel(&state, panel);
        if (!at_once) place.panel = panel - first;
        const size_t columns = ck_smaller(gemm->columns - place.column, CK_PANEL_COLUMNS);
        for (size_t i = 0; i < state.block_count; i++) multiply_columns(&state, &state.blocks[i], place, columns);
      }
      state.first_group += state.group_count;
    } while (state.first_group < state.groups);
  }
}

const ck_gemm_u8s8_family ck_gemm_u8s8_avx2 = {
    .strip_rows = strip_rows, .tile_rows = most_rows, .shared_bytes = shared_bytes, .strip = strip};

#endif
