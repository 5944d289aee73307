/// The tables of the tiers, each in the file of its name.
#pragma once
#include "ck_grouped.h"

extern const ck_grouped_f32_family ck_grouped_f32_reference;
#if defined(__x86_64__)
extern const ck_grouped_f32_family ck_grouped_f32_avx2;
extern const ck_grouped_f32_family ck_grouped_f32_avx512;
#elif defined(__aarch64__)
extern const ck_grouped_f32_family ck_grouped_f32_neon;
#endif
