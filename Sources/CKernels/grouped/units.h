/// Where the channels and the weights of a unit lie.
#pragma once
#include "ck_grouped.h"

/// What units have in common: their input channels, their output channels, and the elements of their weights.
typedef struct ck_units {
  size_t inputs, outputs;
  size_t weights;
} ck_units;

static inline ck_units ck_units_of(const ck_grouped_f32 *grouped) {
  const size_t groups = ck_groups_of_unit(grouped->groups, grouped->inputs, grouped->outputs);
  return (ck_units){
      .inputs = groups * grouped->inputs,
      .outputs = groups * grouped->outputs,
      .weights = grouped->kernel_height * grouped->inputs * CK_UNIT_TAPS * CK_UNIT_LANES};
}

/// The weights of a unit for the kernel rows of a line.
static inline const float *ck_weights_of_line(
    const ck_grouped_f32 *grouped, const ck_grouped_line *line, size_t unit) {
  const size_t rows = unit * grouped->kernel_height + line->first_row;
  return grouped->weights + rows * grouped->inputs * CK_UNIT_TAPS * CK_UNIT_LANES;
}
