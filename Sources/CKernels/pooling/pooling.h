#pragma once
#include "../include/ck_pooling.h"
#include "../lanes/select.h"

CK_DECLARE(void, ck_max_pool_f32, const ck_pool_shape *, const float *, float *, size_t, size_t)
CK_DECLARE(void, ck_max_pool_8, ck_integer, const ck_pool_shape *, const void *, void *, size_t, size_t)
CK_DECLARE(void, ck_average_pool_f32, const ck_pool_shape *, const float *, float *, size_t, size_t)
CK_DECLARE(
    void, ck_average_pool_8, ck_integer, const ck_pool_shape *, const void *, ck_linear, void *, ck_linear, size_t,
    size_t)
CK_DECLARE(
    void, ck_average_pool_real_8, ck_integer, const ck_pool_shape *, const void *, ck_linear, void *, ck_linear,
    size_t, size_t)
