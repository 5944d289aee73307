/// Limits of results that are bytes.
#pragma once
#include "ck_int8_output.h"

#include <stdbool.h>

/// Whether results are bytes, and limits whole numbers that, with the zero point added, are bytes of the same type.
static inline bool ck_limits_are_bytes(const ck_int8_output *output) {
  if (output->type != CK_OUTPUT_U8 && output->type != CK_OUTPUT_S8) return false;
  const float lowest = output->type == CK_OUTPUT_U8 ? 0 : -128, zero_point = (float)output->zero_point;
  if (!(output->minimum + zero_point >= lowest && output->maximum + zero_point <= lowest + 255)) return false;
  if (!(output->minimum <= output->maximum && zero_point >= -512 && zero_point <= 512)) return false;
  return output->minimum == (float)(int)output->minimum && output->maximum == (float)(int)output->maximum;
}
