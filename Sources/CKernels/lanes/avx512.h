// Opens the AVX-512 tier; `#pragma clang attribute pop` closes it.
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#define CK_TIER_NAME avx512
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"))), apply_to = function)
#include "partial_avx512.h"
#define CK_HAS_PARTIAL_BLOCKS
