// Division by the scale of quantized bytes, without a division.
#pragma once
#include "integer_range.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/// The reciprocal of a scale as the sum of two float32 numbers.
///
/// Where `ck_has_reciprocal` allows a scale s, round(fma(x, high, x · low)) = round(x / s), the quotient on the right
/// being float32's and rounding to whole numbers, ties to even, wherever either is less than 256 in magnitude; beyond,
/// both lie beyond 255.5 on the same side. This is why.
///
/// Both sides depend on how a real number v compares with each h = k + 1/2, |h| ≤ 255.5, once v is rounded to float32:
/// on which side it lies of the two midpoints m between h and its float32 neighbours. On the left v is x · high +
/// RN(x · low), on the right x / s.
///
/// 1. With u = 2^-24, high = (1 + d) / s, |d| ≤ u. The residue 1 - high · s = -d is a float32 number, and low is -d / s
///    but for a relative error of u: high + low = (1 + e) / s, |e| ≤ u². Rounding x · low, which is at most u · |x / s|
///    but for a factor of 1 + u, adds another u²: v on the left is x / s but for a relative error below 5/2 · u² =
///    2.5 · 2^-48. That 2^-60 ≤ s ≤ 2^60 keeps all that matters here far from the limits of float32.
/// 2. In units of their last places, x is an integer X < 2^24, s an integer S, 2^23 ≤ S < 2^24, and m an odd integer
///    M < 2^25. x / s differs from m by |D| / (M · S) of m, where D = X · 2^t - M · S with t ≥ 24. D is not 0, M being
///    odd and S < 2^24. Next to h, M is H · 2^j ± 1 with an integer H and j ≥ 16, since |h| < 2^8. So D is S or -S
///    modulo 2^16, and if the signed residue of S modulo 2^15 is at least 8 in magnitude, so is D. If the residue is 0,
///    D is a multiple of 2^15, other than 0.
/// 3. Then x / s is at least 8 / (2^25 · 2^24) = 4 · 2^-48 of m away from m. That is more than the error, so that v on
///    the left lies on the same side of m as x / s.
typedef struct ck_reciprocal {
  float high, low;
} ck_reciprocal;

/// Whether quotients by `scale` may be had from its reciprocal, as step 2 above asks. Few scales are refused.
static inline bool ck_has_reciprocal(float scale) {
  uint32_t bits;
  memcpy(&bits, &scale, sizeof bits);
  const int32_t residue = (int32_t)(bits << 17) >> 17;
  const bool is_far_from_midpoints = residue == 0 || residue >= 8 || residue <= -8;
  return scale >= 0x1p-60f && scale <= 0x1p60f && is_far_from_midpoints;
}

static inline ck_reciprocal ck_reciprocal_of(float scale) {
  const float high = 1 / scale;
  return (ck_reciprocal){.high = high, .low = fmaf(-high, scale, 1) / scale};
}

/// Whether numbers may be quantized by the reciprocal of a scale: to bytes, with a zero point that is one.
static inline bool ck_quantizes_by_reciprocal(ck_integer type, float scale, int32_t zero_point) {
  return ck_range_of(type).width == 1 && ck_holds(type, zero_point) && ck_has_reciprocal(scale);
}
