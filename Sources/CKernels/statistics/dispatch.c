#include "statistics.h"

ck_summary ck_summarize(ck_tier tier, const void *input, size_t count) {
  return ck_summarize_rows(tier, input, 1, count, count);
}

ck_summary ck_summarize_rows(ck_tier tier, const void *input, size_t rows, size_t width, size_t stride) {
  return CK_SELECT(tier, ck_summarize_rows)(input, rows, width, stride);
}

ck_moments ck_measure(ck_tier tier, const void *input, size_t count) {
  return CK_SELECT(tier, ck_measure)(input, count);
}

void ck_histogram(
    ck_tier tier, const void *input, size_t count, float bins_per_unit, size_t bins_per_side, uint64_t *counts) {
  CK_SELECT(tier, ck_histogram)(input, count, bins_per_unit, bins_per_side, counts);
}

void ck_channel_ranges(
    ck_tier tier, const void *input, size_t outer, size_t channels, size_t inner, float *smallest, float *largest) {
  const int innermost = inner == 1;
  const size_t rows = innermost ? outer : outer * channels;
  const size_t row = innermost ? channels : inner;
  for (size_t i = 0; i < rows; i++) {
    const size_t channel = innermost ? 0 : i % channels;
    const uint8_t *start = (const uint8_t *)input + i * row * sizeof(float);
    CK_SELECT(tier, ck_range_run)(start, row, smallest + channel, largest + channel, innermost);
  }
}

ck_difference ck_compare(ck_tier tier, const void *a, const void *b, size_t count) {
  return CK_SELECT(tier, ck_compare)(a, b, count);
}
