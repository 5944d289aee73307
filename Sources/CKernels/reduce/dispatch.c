#include "reduce.h"

void ck_softmax(ck_tier tier, const float *input, float *output, size_t rows, size_t columns) {
  CK_SELECT(tier, ck_softmax)(input, output, rows, columns);
}

void ck_log_softmax(ck_tier tier, const float *input, float *output, size_t rows, size_t columns) {
  CK_SELECT(tier, ck_log_softmax)(input, output, rows, columns);
}

void ck_layer_norm(
    ck_tier tier, const float *input, const float *scale, const float *bias, float epsilon, float *output,
    float *means, float *inverse_deviations, size_t rows, size_t columns) {
  CK_SELECT(tier, ck_layer_norm)
  (input, scale, bias, epsilon, output, means, inverse_deviations, rows, columns);
}

void ck_rms_norm(
    ck_tier tier, const float *input, const float *scale, float epsilon, float *output, size_t rows, size_t columns) {
  CK_SELECT(tier, ck_rms_norm)(input, scale, epsilon, output, rows, columns);
}

void ck_reduce(
    ck_tier tier, ck_reduction reduction, const float *input, float *output, size_t outer, size_t count, size_t inner) {
  CK_SELECT(tier, ck_reduce)(reduction, input, output, outer, count, inner);
}

static int is_beyond(float candidate, float best, int smallest, int last) {
  if (best != best) return last && candidate != candidate;
  if (candidate != candidate) return 1;
  if (candidate == best) return last;
  return smallest ? candidate < best : candidate > best;
}

void ck_arg_extreme(
    const float *input, int64_t *output, size_t outer, size_t count, size_t inner, int smallest, int last) {
  for (size_t row = 0; row < outer; row++)
    for (size_t column = 0; column < inner; column++) {
      const float *numbers = input + row * count * inner + column;
      size_t best = 0;
      for (size_t i = 1; i < count; i++)
        if (is_beyond(numbers[i * inner], numbers[best * inner], smallest, last)) best = i;
      output[row * inner + column] = (int64_t)best;
    }
}
