#include "pooling.h"

void ck_max_pool_f32(
    ck_tier tier, const ck_pool_shape *shape, const float *input, float *output, size_t begin, size_t end) {
  CK_SELECT(tier, ck_max_pool_f32)(shape, input, output, begin, end);
}

void ck_max_pool_8(
    ck_tier tier, ck_integer type, const ck_pool_shape *shape, const void *input, void *output, size_t begin,
    size_t end) {
  CK_SELECT(tier, ck_max_pool_8)(type, shape, input, output, begin, end);
}

void ck_average_pool_f32(
    ck_tier tier, const ck_pool_shape *shape, const float *input, float *output, size_t begin, size_t end) {
  CK_SELECT(tier, ck_average_pool_f32)(shape, input, output, begin, end);
}

void ck_average_pool_8(
    ck_tier tier, ck_integer type, const ck_pool_shape *shape, const void *input, ck_linear input_parameters,
    void *output, ck_linear output_parameters, size_t begin, size_t end) {
  CK_SELECT(tier, ck_average_pool_8)(type, shape, input, input_parameters, output, output_parameters, begin, end);
}

void ck_average_pool_real_8(
    ck_tier tier, ck_integer type, const ck_pool_shape *shape, const void *input, ck_linear input_parameters,
    void *output, ck_linear output_parameters, size_t begin, size_t end) {
  CK_SELECT(tier, ck_average_pool_real_8)(type, shape, input, input_parameters, output, output_parameters, begin, end);
}
