#include "units.h"

#include <string.h>

void ck_pack_grouped_f32(
    const float *weights, size_t groups, size_t inputs, size_t outputs, size_t kernel_height, float *packed) {
  const size_t lanes = outputs * ck_groups_of_unit(groups, inputs, outputs), taps = kernel_height * CK_UNIT_TAPS;
  for (size_t first = 0; first < groups * outputs; first += lanes) {
    for (size_t row = 0; row < kernel_height; row++) {
      for (size_t input = 0; input < inputs; input++) {
        for (size_t tap = 0; tap < CK_UNIT_TAPS; tap++, packed += CK_UNIT_LANES) {
          memset(packed, 0, CK_UNIT_LANES * sizeof *packed);
          for (size_t lane = 0; lane < lanes; lane++) {
            packed[lane] = weights[((first + lane) * inputs + input) * taps + row * CK_UNIT_TAPS + tap];
          }
        }
      }
    }
  }
}
