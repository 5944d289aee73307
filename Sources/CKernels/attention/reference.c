// One number at a time, in the order of the other tiers.
#include "../reduce/reduce.h"
#include "attention.h"

/// The sum of the products of a row with a column of panels of `depth` rows.
static float product(const float *row, const float *panels, size_t depth, size_t column) {
  const float *panel = panels + column / CK_PANEL_COLUMNS * depth * CK_PANEL_COLUMNS;
  float sum = 0;
  for (size_t k = 0; k < depth; k++) sum += row[k] * panel[k * CK_PANEL_COLUMNS + column % CK_PANEL_COLUMNS];
  return sum;
}

void ck_attend_reference(const ck_attention *attention, ck_head head) {
  const size_t size = attention->key_layout.row_count, keys = attention->key_layout.columns;
  for (size_t query = 0; query < attention->queries; query++) {
    const float *row = attention->query + query * attention->query_stride;
    const float *mask = attention->mask ? attention->mask + query * attention->mask_stride : NULL;
    for (size_t key = 0; key < keys; key++) {
      const float score = product(row, head.keys, size, key) * attention->scale;
      head.scores[key] = mask ? score + mask[key] : score;
    }
    ck_softmax_reference(head.scores, head.scores, 1, keys);
    float *output = attention->output + query * attention->output_stride;
    for (size_t i = 0; i < attention->value_layout.columns; i++) output[i] = product(head.scores, head.values, keys, i);
  }
}
