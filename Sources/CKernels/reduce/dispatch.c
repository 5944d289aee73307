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

void ck_arg_extreme(
    ck_tier tier, const float *input, int64_t *output, size_t outer, size_t count, size_t inner, int smallest,
    int last) {
  // The other tiers count in 32 bits.
  const ck_tier able = count > UINT32_MAX ? CK_TIER_REFERENCE : tier;
  CK_SELECT(able, ck_arg_extreme)(input, output, outer, count, inner, smallest, last);
}

ck_extent ck_widen_extent(ck_tier tier, ck_extent extent, const float *input, size_t count) {
  return CK_SELECT(tier, ck_widen_extent)(extent, input, count);
}

void ck_lp_norm(ck_tier tier, int euclidean, const float *input, float *output, size_t rows, size_t columns) {
  CK_SELECT(tier, ck_lp_norm)(euclidean, input, output, rows, columns);
}

size_t ck_next_beyond(
    ck_tier tier, const float *input, size_t start, size_t count, float limit, int smaller) {
  return CK_SELECT(tier, ck_next_beyond)(input, start, count, limit, smaller);
}
