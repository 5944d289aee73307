#include "families.h"
#include "units.h"

/// Adds the products of a kernel row, which begins at `at`, with the window of pixel `x`, for the group's input channels
/// from there on and one output channel.
static float add_row(
    const ck_grouped_f32 *grouped, const ck_grouped_line *line, size_t x, const float *at, const float *weights,
    float sum) {
  const bool is_cut_before = line->is_cut_before && x == 0;
  const bool is_cut_behind = line->is_cut_behind && x + 1 == line->width;
  for (size_t channel = 0; channel < grouped->inputs; channel++) {
    for (size_t tap = 0; tap < CK_UNIT_TAPS; tap++, weights += CK_UNIT_LANES) {
      if ((is_cut_before && tap == 0) || (is_cut_behind && tap == CK_UNIT_TAPS - 1)) continue;
      sum += at[x * grouped->window_stride + tap * grouped->tap_stride + channel] * *weights;
    }
  }
  return sum;
}

static float element(
    const ck_grouped_f32 *grouped, const ck_grouped_line *line, size_t x, size_t unit, size_t lane) {
  const ck_units units = ck_units_of(grouped);
  const size_t group_channel = unit * units.inputs + lane / grouped->outputs * grouped->inputs;
  const float *weights = ck_weights_of_line(grouped, line, unit) + lane;
  float sum = grouped->bias ? grouped->bias[unit * units.outputs + lane] : 0;
  for (size_t row = 0; row < line->row_count; row++) {
    sum = add_row(grouped, line, x, line->windows + line->rows[row] + group_channel, weights, sum);
    weights += grouped->inputs * CK_UNIT_TAPS * CK_UNIT_LANES;
  }
  return sum;
}

static void run(
    const ck_grouped_f32 *grouped, const ck_grouped_line *line, size_t first_unit, size_t unit_count) {
  const ck_units units = ck_units_of(grouped);
  for (size_t x = 0; x < line->width; x++) {
    for (size_t unit = first_unit; unit < first_unit + unit_count; unit++) {
      for (size_t lane = 0; lane < units.outputs; lane++) {
        const size_t index = line->index + x * grouped->output_stride + unit * units.outputs + lane;
        float value = element(grouped, line, x, unit, lane);
        if (grouped->residual) value += grouped->residual[index];
        value = grouped->minimum > value ? grouped->minimum : value;
        grouped->output[index] = grouped->maximum < value ? grouped->maximum : value;
      }
    }
  }
}

const ck_grouped_f32_family ck_grouped_f32_reference = {.run = run};
