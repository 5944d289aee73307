#pragma once
#include "../include/ck_reduce.h"
#include "../lanes/select.h"

CK_DECLARE(void, ck_softmax, const float *, float *, size_t, size_t)
CK_DECLARE(void, ck_log_softmax, const float *, float *, size_t, size_t)
CK_DECLARE(
    void, ck_layer_norm, const float *, const float *, const float *, float, float *, float *, float *, size_t, size_t)
CK_DECLARE(void, ck_rms_norm, const float *, const float *, float, float *, size_t, size_t)
CK_DECLARE(void, ck_reduce, ck_reduction, const float *, float *, size_t, size_t, size_t)
