/// The loops of convolutions in groups, for the vectors of whichever file includes this.
///
/// Before that it defines `TARGET`, and the types `lanes_f32`, a vector of `vector_units` units, `lanes_in_use` and
/// `channel_places`, which says where an input channel is found; what can be done with them: `lanes_of`, `load_lanes`,
/// `store_lanes`, `load_weights`, `zero_f32`, `repeat_f32`, `places_of`, `repeat_channel`, `add_f32`, `multiply_add`,
/// `limit_f32` and `expect_store`; `KEEP`, which has a vector computed at that point, and `HOLD`, which leaves it in its
/// register up to there; and `channels_at_once`, how many channels of a group are multiplied in a row, to save the
/// instructions of a loop.
#pragma once
#include "../support/compiler.h"
#include "../support/rows.h"
#include "units.h"

/// The most pixels of a tile: twelve sums, the weights of three taps and what they are multiplied with fill sixteen
/// registers. Fewer where every window loads its own elements, which takes more addresses.
enum { most_pixels = 12, most_pixels_of_any = 6 };

/// How the windows of neighbouring output pixels lie: one pixel apart, or two, or anyhow.
typedef enum window_steps { any_steps = 0, steps_of_1 = 1, steps_of_2 = 2 } window_steps;

/// Some neighbouring pixels of a line, and the units that are computed of them.
typedef struct tile_place {
  /// The first tap of the first window, in the first channel of all.
  const float *windows;
  /// The first channel of the first pixel, as an element of the output.
  size_t index;
  size_t first_unit, unit_count;
  bool is_cut_before, is_cut_behind;
} tile_place;

/// What shapes the code of a tile, and is constant in it.
typedef struct tile_form {
  int pixels;
  window_steps steps;
  /// How many groups share a unit.
  int groups;
} tile_form;

/// Where the pixels of a kernel row lie: the first, the last, and those from which the others are counted: the first ones
/// of as many windows as there are steps to the next, or where windows lie anyhow the first one of each tap.
typedef struct tile_row {
  const float *first, *last;
  const float *from[CK_UNIT_TAPS];
} tile_row;

/// Adds the products of input channel `k` with a row of the kernel: every element is loaded once for all windows that it
/// lies in.
CK_INLINE TARGET void add_channel(
    const tile_form form, lanes_f32 *sums, tile_row *row, const int k, ck_row_distances pixels, size_t unit_weights,
    const float *weights) {
  const int step = form.steps, columns = (form.pixels - 1) * step + CK_UNIT_TAPS;
  lanes_f32 taps[CK_UNIT_TAPS];
  CK_UNROLL for (int tap = 0; tap < CK_UNIT_TAPS; tap++) {
    taps[tap] = load_weights(weights + tap * CK_UNIT_LANES, unit_weights);
  }
  const channel_places places = places_of(form.groups, k);
  CK_UNROLL for (int x = 0; x < columns; x++) {
    const float *pixel = (const float *)ck_in_row(row->from[x % step], pixels, x / step);
    if (x == 0) pixel = row->first;
    if (x == columns - 1) pixel = row->last;
    const lanes_f32 value = repeat_channel(form.groups, pixel, places);
    CK_UNROLL for (int tap = 0; tap < CK_UNIT_TAPS; tap++) {
      const int offset = x - tap;
      if (offset < 0 || offset % step != 0 || offset / step >= form.pixels) continue;
      sums[offset / step] = multiply_add(value, taps[tap], sums[offset / step]);
      // In this order, or else what comes next is loaded before there is a register for it.
      KEEP(sums[offset / step]);
    }
    // Or else a sum would move to the register of a value that is used once, and the others after it.
    HOLD(value);
    // Or else the addresses of all pixels would be computed beforehand, and be more than there are registers.
    CK_FORGET(row->from[x % step]);
  }
  // Or else these pixels would be kept for the next channel, for which there are no registers either.
  CK_FORGET(row->first);
  CK_FORGET(row->last);
}

/// The same where every window loads its own elements.
CK_INLINE TARGET void add_channel_of_any(
    const tile_form form, lanes_f32 *sums, tile_row *row, const int k, ck_row_distances pixels, size_t unit_weights,
    const float *weights) {
  const channel_places places = places_of(form.groups, k);
  CK_UNROLL for (int tap = 0; tap < CK_UNIT_TAPS; tap++) {
    const lanes_f32 weight = load_weights(weights + tap * CK_UNIT_LANES, unit_weights);
    CK_UNROLL for (int i = 0; i < form.pixels; i++) {
      const float *pixel = (const float *)ck_in_row(row->from[tap], pixels, i);
      const lanes_f32 value = repeat_channel(form.groups, pixel, places);
      sums[i] = multiply_add(value, weight, sums[i]);
      HOLD(value);
    }
  }
}

/// Adds the products of the next `count` input channels of a group, at the first of which `row` is, and returns where the
/// weights of those behind them are.
CK_INLINE TARGET const float *add_channels(
    const tile_form form, const int count, lanes_f32 *sums, tile_row *row, ck_row_distances pixels,
    size_t unit_weights, const float *weights) {
  CK_UNROLL for (int k = 0; k < count; k++, weights += CK_UNIT_TAPS * CK_UNIT_LANES) {
    if (form.steps == any_steps) add_channel_of_any(form, sums, row, k, pixels, unit_weights, weights);
    else add_channel(form, sums, row, k, pixels, unit_weights, weights);
  }
  row->first += count;
  row->last += count;
  CK_UNROLL for (int i = 0; i < CK_UNIT_TAPS; i++) row->from[i] += count;
  return weights;
}

/// Adds the products with a row of the kernel whose first tap is at `at`, and returns where the weights of the next one
/// are.
CK_INLINE TARGET const float *add_row(
    const tile_form form, const ck_grouped_f32 *grouped, const tile_place *place, lanes_f32 *sums, const float *at,
    ck_row_distances pixels, size_t unit_weights, const float *weights) {
  // Padding of any channel.
  static const float zeros[CK_MOST_GROUP_INPUTS];
  // Groups that share a unit have no more.
  const int at_once = form.groups > 1 ? CK_UNIT_LANES / form.groups : channels_at_once;
  const size_t to_last = (form.pixels - 1) * grouped->window_stride + (CK_UNIT_TAPS - 1) * grouped->pixel_stride;
  tile_row row;
  row.first = place->is_cut_before ? zeros : at;
  row.last = place->is_cut_behind ? zeros : at + to_last;
  CK_UNROLL for (int i = 0; i < CK_UNIT_TAPS; i++) row.from[i] = at + i * grouped->tap_stride;
  size_t channel = 0;
  for (; channel + at_once <= grouped->inputs; channel += at_once) {
    weights = add_channels(form, at_once, sums, &row, pixels, unit_weights, weights);
    if (form.groups > 1) return weights;
  }
  for (; channel < grouped->inputs; channel++) {
    weights = add_channels(form, 1, sums, &row, pixels, unit_weights, weights);
  }
  return weights;
}

/// Asks for the lines that a tile is going to write.
CK_INLINE TARGET void expect_stores(const int pixels, const ck_grouped_f32 *grouped, size_t index) {
  const float *target = grouped->output + index;
  CK_UNROLL for (int i = 0; i < pixels; i++) expect_store(target + i * grouped->output_stride);
}

/// Finishes and stores the sums of some pixels, the first at element `index` of the output: all lanes if `whole`.
CK_INLINE TARGET void finish(
    const int pixels, const bool whole, const ck_grouped_f32 *grouped, lanes_f32 *sums, size_t index,
    lanes_in_use lanes) {
  const size_t stride = grouped->output_stride;
  if (grouped->residual) {
    const float *residual = grouped->residual + index;
    CK_UNROLL for (int i = 0; i < pixels; i++, residual += stride) {
      sums[i] = add_f32(sums[i], load_lanes(whole, residual, lanes));
    }
  }
  const lanes_f32 minimum = repeat_f32(grouped->minimum), maximum = repeat_f32(grouped->maximum);
  float *output = grouped->output + index;
  CK_UNROLL for (int i = 0; i < pixels; i++, output += stride) {
    store_lanes(whole, output, limit_f32(sums[i], minimum, maximum), lanes);
  }
}

/// The same of some of the lanes and of any number of pixels, whose sums are in memory.
CK_NOINLINE TARGET void finish_some(
    int pixels, const ck_grouped_f32 *grouped, const lanes_f32 *sums, size_t index, lanes_in_use lanes) {
  for (int i = 0; i < pixels; i++, index += grouped->output_stride) {
    lanes_f32 sum = sums[i];
    finish(1, false, grouped, &sum, index, lanes);
  }
}

/// The sums of a vector of channels of all pixels, in registers from the first product to the last. `channel` and
/// `weights` are those of its first unit.
CK_INLINE TARGET void run_vector(
    const tile_form form, const ck_grouped_f32 *grouped, const ck_grouped_line *line, const tile_place *place,
    ck_row_distances pixels, size_t unit_weights, const float *windows, const float *weights, size_t channel,
    lanes_in_use lanes, bool is_whole) {
  const size_t index = place->index + channel;
  lanes_f32 sums[most_pixels], begin = zero_f32();
  if (grouped->bias) begin = load_lanes(false, grouped->bias + channel, lanes);
  CK_UNROLL for (int i = 0; i < form.pixels; i++) sums[i] = begin;
  expect_stores(form.pixels, grouped, index);
  for (size_t row = 0; row < line->row_count; row++) {
    weights = add_row(form, grouped, place, sums, windows + line->rows[row], pixels, unit_weights, weights);
  }
  if (is_whole) {
    finish(form.pixels, true, grouped, sums, index, lanes);
  } else {
    lanes_f32 copies[most_pixels];
    CK_UNROLL for (int i = 0; i < form.pixels; i++) copies[i] = sums[i];
    finish_some(form.pixels, grouped, copies, index, lanes);
  }
}

/// Some pixels of some units: a multiple of those of a vector.
CK_INLINE TARGET void tile(
    const tile_form form, const ck_grouped_f32 *grouped, const ck_grouped_line *line, const tile_place *place) {
  const ck_units units = ck_units_of(grouped);
  const ck_row_distances pixels = ck_multiples_of(grouped->window_stride * sizeof(float));
  const lanes_in_use lanes = lanes_of(units.outputs);
  const bool is_whole = form.groups > 1 || units.outputs == CK_UNIT_LANES;
  const float *windows = place->windows + place->first_unit * units.inputs;
  const float *weights = ck_weights_of_line(grouped, line, place->first_unit);
  size_t channel = place->first_unit * units.outputs;
  for (size_t i = 0; i < place->unit_count; i += vector_units) {
    run_vector(form, grouped, line, place, pixels, units.weights, windows, weights, channel, lanes, is_whole);
    windows += vector_units * units.inputs;
    weights += vector_units * units.weights;
    channel += vector_units * units.outputs;
  }
}

typedef void (*tile_function)(
    const ck_grouped_f32 *grouped, const ck_grouped_line *line, const tile_place *place);

#define NAME(pixels, steps, groups) tile_of_##pixels##_##steps##_##groups

#define TILE(pixels, steps, groups)                                                                          \
  TARGET static void NAME(pixels, steps, groups)(                                                            \
      const ck_grouped_f32 *grouped, const ck_grouped_line *line, const tile_place *place) {                 \
    tile((tile_form){pixels, steps, groups}, grouped, line, place);                                          \
  }

#define TILES_TO_6(steps, groups)                                                                            \
  TILE(1, steps, groups) TILE(2, steps, groups) TILE(3, steps, groups)                                       \
  TILE(4, steps, groups) TILE(5, steps, groups) TILE(6, steps, groups)

#define TILES_TO_12(steps, groups)                                                                           \
  TILES_TO_6(steps, groups)                                                                                  \
  TILE(7, steps, groups) TILE(8, steps, groups) TILE(9, steps, groups)                                       \
  TILE(10, steps, groups) TILE(11, steps, groups) TILE(12, steps, groups)

#define LIST_TO_6(steps, groups)                                                                             \
  NAME(1, steps, groups), NAME(2, steps, groups), NAME(3, steps, groups), NAME(4, steps, groups),            \
      NAME(5, steps, groups), NAME(6, steps, groups)

#define LIST_TO_12(steps, groups)                                                                            \
  LIST_TO_6(steps, groups), NAME(7, steps, groups), NAME(8, steps, groups), NAME(9, steps, groups),          \
      NAME(10, steps, groups), NAME(11, steps, groups), NAME(12, steps, groups)

TILES_TO_6(any_steps, 1)
TILES_TO_6(any_steps, 2)
TILES_TO_12(steps_of_1, 1)
TILES_TO_12(steps_of_1, 2)
TILES_TO_12(steps_of_2, 1)
TILES_TO_12(steps_of_2, 2)

/// By steps, by the number of groups that share a unit, and by the number of pixels.
static const tile_function tiles[3][2][most_pixels] = {
    {{LIST_TO_6(any_steps, 1)}, {LIST_TO_6(any_steps, 2)}},
    {{LIST_TO_12(steps_of_1, 1)}, {LIST_TO_12(steps_of_1, 2)}},
    {{LIST_TO_12(steps_of_2, 1)}, {LIST_TO_12(steps_of_2, 2)}}};

/// Computes a line in tiles of nearly equal width.
static void run_tiles(
    const ck_grouped_f32 *grouped, const ck_grouped_line *line, size_t first_unit, size_t unit_count) {
  const size_t steps = ck_grouped_step(grouped);
  const size_t groups = ck_groups_of_unit(grouped->groups, grouped->inputs, grouped->outputs);
  const tile_function *of_width = tiles[steps][groups - 1];
  const size_t tile_count = ck_parts(line->width, steps == any_steps ? most_pixels_of_any : most_pixels);
  const size_t least_width = line->width / tile_count, wider_count = line->width % tile_count;
  for (size_t i = 0, x = 0, width; i < tile_count; i++, x += width) {
    width = least_width + (i < wider_count);
    const tile_place place = {
        .windows = line->windows + x * grouped->window_stride,
        .index = line->index + x * grouped->output_stride,
        .first_unit = first_unit,
        .unit_count = unit_count,
        .is_cut_before = line->is_cut_before && x == 0,
        .is_cut_behind = line->is_cut_behind && x + width == line->width};
    of_width[width - 1](grouped, line, &place);
  }
}
