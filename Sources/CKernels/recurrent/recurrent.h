#pragma once
#include "../include/ck_recurrent.h"
#include "../lanes/select.h"

CK_DECLARE(
    void, ck_lstm_step, const float *, const float *, const float *, float *, float *, size_t, size_t, float, int)
CK_DECLARE(void, ck_gru_step, const float *, const float *, const float *, float *, size_t, size_t, float)
CK_DECLARE(void, ck_gru_reset, const float *, const float *, const float *, float *, float *, size_t, size_t, float)
CK_DECLARE(
    void, ck_gru_update, const float *, const float *, const float *, const float *, float *, size_t, size_t, float)
