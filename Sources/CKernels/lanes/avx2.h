// Opens the AVX2 tier; `#pragma clang attribute pop` closes it.
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#define CK_TIER_NAME avx2
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "partial_avx2.h"
#define CK_HAS_PARTIAL_BLOCKS
