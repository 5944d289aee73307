#include "families.h"

const ck_grouped_f32_family *ck_grouped_f32_for(ck_tier tier) {
  switch (tier) {
#if defined(__x86_64__)
  case CK_TIER_AVX2: return &ck_grouped_f32_avx2;
  case CK_TIER_AMX:
  case CK_TIER_AVX512: return &ck_grouped_f32_avx512;
#elif defined(__aarch64__)
  case CK_TIER_NEON: return &ck_grouped_f32_neon;
#endif
  default: return &ck_grouped_f32_reference;
  }
}
