#include <stdint.h>

#include "../include/ck_truncate.h"
#include "../support/compiler.h"

#if defined(__x86_64__)
#include <immintrin.h>

CK_INLINE int64_t as_int64(float number) { return _mm_cvttss_si64(_mm_set_ss(number)); }
#else
CK_INLINE int64_t as_int64(float number) {
  return number >= -0x1p63f && number < 0x1p63f ? (int64_t)number : INT64_MIN;
}
#endif

CK_INLINE int32_t as_int32(float number) {
  return number >= -0x1p31f && number < 0x1p31f ? (int32_t)number : INT32_MIN;
}

#define TRUNCATE(element, CONVERT) \
  for (size_t i = 0; i < count; i++) ((element *)output)[i] = (element)CONVERT(input[i]);

void ck_truncate(size_t width, const float *restrict input, void *restrict output, size_t count) {
  switch (width) {
    case 1: TRUNCATE(uint8_t, as_int32) break;
    case 2: TRUNCATE(uint16_t, as_int32) break;
    case 4: TRUNCATE(int32_t, as_int32) break;
    case 8: TRUNCATE(int64_t, as_int64) break;
  }
}
