#include "attention.h"

static size_t key_numbers(const ck_attention *attention) {
  return attention->key_layout.row_count * ck_columns_of_panels(attention->key_layout.columns);
}

static size_t value_numbers(const ck_attention *attention) {
  return attention->value_layout.row_count * ck_columns_of_panels(attention->value_layout.columns);
}

size_t ck_attention_memory(const ck_attention *attention) {
  const size_t scores = CK_MOST_QUERIES * ck_columns_of_panels(attention->key_layout.columns);
  return key_numbers(attention) + value_numbers(attention) + scores;
}

/// Packs all columns of a matrix.
static void pack(const float *numbers, ck_weight_layout layout, float *panels) {
  const size_t count = ck_columns_of_panels(layout.columns) / CK_PANEL_COLUMNS;
  ck_pack_panels_32((const uint32_t *)numbers, layout, 0, count, (uint32_t *)panels);
}

void ck_attend(ck_tier tier, const ck_attention *attention) {
  float *keys = attention->memory, *values = keys + key_numbers(attention);
  pack(attention->key, attention->key_layout, keys);
  pack(attention->value, attention->value_layout, values);
  const ck_head head = {
      .keys = keys,
      .values = values,
      .scores = values + value_numbers(attention),
      .score_stride = ck_columns_of_panels(attention->key_layout.columns)};
  CK_SELECT(tier, ck_attend)(attention, head);
}
