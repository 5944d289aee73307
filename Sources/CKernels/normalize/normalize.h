#pragma once
#include "../include/ck_normalize.h"
#include "../lanes/select.h"

CK_DECLARE(void, ck_column_moments, const float *, size_t, size_t, size_t, float *, float *)
CK_DECLARE(void, ck_row_moments, const float *, size_t, size_t, float *, float *)
CK_DECLARE(
    void, ck_normalize_columns, const float *, float *, size_t, size_t, const float *, const float *, const float *)
CK_DECLARE(
    void, ck_normalize_rows, const float *, float *, size_t, size_t, const float *, const float *, const float *)
