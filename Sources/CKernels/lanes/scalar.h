// The functions of elementwise/functions.inc on one number at a time, for the reference kernels.
#pragma once
#include <stdint.h>
#include <string.h>

#define CK_INLINE static inline __attribute__((unused))

typedef float floats;
typedef int32_t ints;
typedef uint32_t words;

CK_INLINE float ck_floats_of(int32_t value) { return (float)value; }

CK_INLINE float ck_reinterpret(int32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

CK_INLINE int32_t ck_reinterpret_floats(float value) {
  int32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

CK_INLINE float ck_mend(float value, float x, int holds, float (*function)(float)) {
  return holds ? value : function(x);
}

#include "../elementwise/functions.inc"
