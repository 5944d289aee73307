#pragma once
#include "../include/ck_elementwise.h"
#include "../lanes/select.h"

CK_DECLARE(void, ck_apply, ck_unary, float, float, const float *, float *, size_t)
CK_DECLARE(void, ck_combine, ck_binary, ck_operand, ck_operand, float *, size_t, size_t)
CK_DECLARE(
    void, ck_combine_quantized, ck_binary, ck_integer, ck_operand, ck_linear, ck_operand, ck_linear, void *, ck_linear,
    size_t, size_t)
