#pragma once
#include <float.h>

/// Whether a norm may be rounded to float32 before it divides: it loses no more there than its last digit.
static inline int ck_is_normal_divisor(double norm) { return norm >= FLT_MIN && norm <= FLT_MAX; }
