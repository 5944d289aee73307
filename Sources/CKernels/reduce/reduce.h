#pragma once
#include "../include/ck_reduce.h"
#include "../lanes/select.h"

CK_DECLARE(void, ck_softmax, const float *, float *, size_t, size_t)
CK_DECLARE(void, ck_log_softmax, const float *, float *, size_t, size_t)
CK_DECLARE(
    void, ck_layer_norm, const float *, const float *, const float *, float, float *, float *, float *, size_t, size_t)
CK_DECLARE(void, ck_rms_norm, const float *, const float *, float, float *, size_t, size_t)
CK_DECLARE(void, ck_reduce, ck_reduction, const float *, float *, size_t, size_t, size_t)
CK_DECLARE(void, ck_arg_extreme, const float *, int64_t *, size_t, size_t, size_t, int, int)
CK_DECLARE(ck_extent, ck_widen_extent, ck_extent, const float *, size_t)
CK_DECLARE(void, ck_lp_norm, int, const float *, float *, size_t, size_t)
CK_DECLARE(size_t, ck_next_beyond, const float *, size_t, size_t, float, int)
