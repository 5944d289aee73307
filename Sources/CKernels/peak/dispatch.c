#include "families.h"

const ck_peak_family *ck_peak_for(ck_tier tier) {
  switch (tier) {
#if defined(__x86_64__)
  case CK_TIER_AVX2: return &ck_peak_avx2;
  case CK_TIER_AVX512: return &ck_peak_avx512;
  case CK_TIER_AMX: return &ck_peak_amx;
#elif defined(__aarch64__)
  case CK_TIER_NEON: return &ck_peak_neon;
#endif
  default: return &ck_peak_reference;
  }
}
