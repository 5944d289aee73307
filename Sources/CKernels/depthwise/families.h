/// The tables of the tiers, each in the file of its name.
#pragma once
#include "ck_depthwise.h"

extern const ck_depthwise_f32_family ck_depthwise_f32_reference;
extern const ck_depthwise_u8_family ck_depthwise_u8_reference;
#if defined(__x86_64__)
extern const ck_depthwise_f32_family ck_depthwise_f32_avx2;
extern const ck_depthwise_u8_family ck_depthwise_u8_avx2;
extern const ck_depthwise_f32_family ck_depthwise_f32_avx512;
extern const ck_depthwise_u8_family ck_depthwise_u8_avx512;
#elif defined(__aarch64__)
extern const ck_depthwise_f32_family ck_depthwise_f32_neon;
extern const ck_depthwise_u8_family ck_depthwise_u8_neon;
#endif
