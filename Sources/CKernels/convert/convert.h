#pragma once
#include "../include/ck_convert.h"
#include "../lanes/integer_range.h"
#include "../lanes/select.h"

CK_DECLARE(void, ck_narrow_to_f16, const void *, void *, size_t, ck_narrowing_loss *)
CK_DECLARE(void, ck_narrow_to_bf16, const void *, void *, size_t, ck_narrowing_loss *)
CK_DECLARE(void, ck_widen_f16, const void *, void *, size_t)
CK_DECLARE(void, ck_widen_bf16, const void *, void *, size_t)
CK_DECLARE(void, ck_round_to_f16, const void *, void *, size_t)
CK_DECLARE(void, ck_round_to_bf16, const void *, void *, size_t)

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
