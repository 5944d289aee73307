#pragma once
#include "../include/ck_sampling.h"
#include "../lanes/select.h"

CK_DECLARE(void, ck_sample, const float *, size_t, ck_points, float *, size_t, size_t)
CK_DECLARE(
    void, ck_mix_rows, const float *, size_t, size_t, const int32_t *, const float *, float *, size_t)
CK_DECLARE(void, ck_axis_taps, ck_grid_axis, const float *, size_t, size_t, int32_t *, float *)
