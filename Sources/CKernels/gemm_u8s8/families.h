/// The tables of the tiers, each in the file of its name.
#pragma once
#include "ck_gemm_u8s8.h"

extern const ck_gemm_u8s8_family ck_gemm_u8s8_reference;
#if defined(__x86_64__)
extern const ck_gemm_u8s8_family ck_gemm_u8s8_avx2;
extern const ck_gemm_u8s8_family ck_gemm_u8s8_avx512;
extern const ck_gemm_u8s8_family ck_gemm_u8s8_amx;
#elif defined(__aarch64__)
extern const ck_gemm_u8s8_family ck_gemm_u8s8_neon;
#endif
