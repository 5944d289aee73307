#include "convert.h"

void ck_narrow_to_f16(ck_tier tier, const void *input, void *output, size_t count, ck_narrowing_loss *loss) {
  CK_SELECT(tier, ck_narrow_to_f16)(input, output, count, loss);
}

void ck_narrow_to_bf16(ck_tier tier, const void *input, void *output, size_t count, ck_narrowing_loss *loss) {
  CK_SELECT(tier, ck_narrow_to_bf16)(input, output, count, loss);
}

void ck_widen_f16(ck_tier tier, const void *input, void *output, size_t count) {
  CK_SELECT(tier, ck_widen_f16)(input, output, count);
}

void ck_widen_bf16(ck_tier tier, const void *input, void *output, size_t count) {
  CK_SELECT(tier, ck_widen_bf16)(input, output, count);
}

void ck_round_to_f16(ck_tier tier, const void *input, void *output, size_t count) {
  CK_SELECT(tier, ck_round_to_f16)(input, output, count);
}

void ck_round_to_bf16(ck_tier tier, const void *input, void *output, size_t count) {
  CK_SELECT(tier, ck_round_to_bf16)(input, output, count);
}

typedef void run_kernel(ck_integer, const void *, void *, size_t, const float *, const int32_t *, size_t);

/// Cuts `begin ..< end` into runs: rows of `inner` elements with one scale, or, where the channel is the innermost
/// axis, rows of `channels` elements with a scale each.
static void for_each_run(
    run_kernel *run, ck_integer type, const uint8_t *input, size_t input_width, uint8_t *output, size_t output_width,
    size_t begin, size_t end, ck_channels layout) {
  const int innermost = layout.inner == 1 && layout.channels > 1;
  const size_t row = innermost ? layout.channels : layout.inner;
  while (begin < end) {
    const size_t place = begin % row;
    const size_t channel = innermost ? place : begin / row % layout.channels;
    const size_t left = row - place;
    const size_t count = left < end - begin ? left : end - begin;
    run(type, input + begin * input_width, output + begin * output_width, count, layout.scales + channel,
        layout.zero_points + channel, innermost ? 1 : 0);
    begin += count;
  }
}

void ck_quantize(
    ck_tier tier, ck_integer type, const void *input, void *output, size_t begin, size_t end, ck_channels channels) {
  for_each_run(
      CK_SELECT(tier, ck_quantize_run), type, input, sizeof(float), output, ck_range_of(type).width, begin, end,
      channels);
}

void ck_dequantize(
    ck_tier tier, ck_integer type, const void *input, void *output, size_t begin, size_t end, ck_channels channels) {
  for_each_run(
      CK_SELECT(tier, ck_dequantize_run), type, input, ck_range_of(type).width, output, sizeof(float), begin, end,
      channels);
}
