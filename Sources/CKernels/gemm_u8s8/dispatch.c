#include "families.h"

const ck_gemm_u8s8_family *ck_gemm_u8s8_for(ck_tier tier) {
  switch (tier) {
#if defined(__x86_64__)
  case CK_TIER_AVX2: return &ck_gemm_u8s8_avx2;
  case CK_TIER_AVX512: return &ck_gemm_u8s8_avx512;
  case CK_TIER_AMX: return &ck_gemm_u8s8_amx;
#elif defined(__aarch64__)
  case CK_TIER_NEON: return &ck_gemm_u8s8_neon;
#endif
  default: return &ck_gemm_u8s8_reference;
  }
}
