#pragma once
#include "../include/ck_tier.h"

/// Declares one kernel for every tier that this processor family may have: `name_reference`, `name_avx2`, …
/// `CK_SELECT(tier, name)` is the one to call. A tier of another processor family selects the reference.
#if defined(__x86_64__)
#define CK_DECLARE(result, name, ...)  \
  result name##_reference(__VA_ARGS__); \
  result name##_avx2(__VA_ARGS__);      \
  result name##_avx512(__VA_ARGS__);
#define CK_SELECT(tier, name) \
  ((tier) == CK_TIER_AVX512 || (tier) == CK_TIER_AMX ? name##_avx512 \
   : (tier) == CK_TIER_AVX2                          ? name##_avx2    \
                                                     : name##_reference)
#elif defined(__aarch64__)
#define CK_DECLARE(result, name, ...)  \
  result name##_reference(__VA_ARGS__); \
  result name##_neon(__VA_ARGS__);
#define CK_SELECT(tier, name) ((tier) == CK_TIER_NEON ? name##_neon : name##_reference)
#else
#define CK_DECLARE(result, name, ...) result name##_reference(__VA_ARGS__);
#define CK_SELECT(tier, name) ((void)(tier), name##_reference)
#endif
