#pragma once
#include "../include/ck_layout.h"
#include "../lanes/select.h"

CK_DECLARE(void, ck_transpose, size_t, const void *, ptrdiff_t, void *, ptrdiff_t, size_t, size_t)
