#pragma once
#include "../include/ck_convert.h"
#include "../lanes/select.h"

CK_DECLARE(void, ck_narrow_to_f16, const void *, void *, size_t, ck_narrowing_loss *)
CK_DECLARE(void, ck_narrow_to_bf16, const void *, void *, size_t, ck_narrowing_loss *)
CK_DECLARE(void, ck_widen_f16, const void *, void *, size_t)
CK_DECLARE(void, ck_widen_bf16, const void *, void *, size_t)

/// A run of elements: with `step` 1 each element has its own scale and zero point, with 0 all share the first.
CK_DECLARE(
    void, ck_quantize_run, ck_integer, const void *, void *, size_t, const float *, const int32_t *, size_t step)
CK_DECLARE(
    void, ck_dequantize_run, ck_integer, const void *, void *, size_t, const float *, const int32_t *, size_t step)

/// The bits of |x| from which on float32 becomes infinite, and up to which it becomes zero (ties to even).
enum {
  CK_F16_FIRST_OVERFLOW = 0x477FF000,   // 65520
  CK_F16_LAST_UNDERFLOW = 0x33000000,   // 2^-25
  CK_BF16_FIRST_OVERFLOW = 0x7F7F8000,
  CK_BF16_LAST_UNDERFLOW = 0x00008000,
  CK_F32_INFINITY = 0x7F800000,
};

typedef struct ck_integer_range {
  int32_t smallest, largest;
  size_t width;
} ck_integer_range;

static inline ck_integer_range ck_range_of(ck_integer type) {
  switch (type) {
    case CK_UINT8: return (ck_integer_range){0, 255, 1};
    case CK_INT8: return (ck_integer_range){-128, 127, 1};
    case CK_UINT16: return (ck_integer_range){0, 65535, 2};
    case CK_INT16: return (ck_integer_range){-32768, 32767, 2};
    case CK_INT32: return (ck_integer_range){INT32_MIN, INT32_MAX, 4};
  }
}
