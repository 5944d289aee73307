#pragma once
#include <stdint.h>

/// Sums run in sixteen lanes: element i goes to lane i % 16, in the reference as in every tier.
enum { CK_LANES = 16 };

/// Joins the lanes, second half into first, until one is left: the order of summation everywhere.
#define CK_DEFINE_FOLD(name, element, JOIN)                                   \
  static inline element name##_lanes_##element(element lane[CK_LANES]) {      \
    for (int half = CK_LANES / 2; half > 0; half /= 2)                        \
      for (int i = 0; i < half; i++) lane[i] = JOIN(lane[i], lane[i + half]); \
    return lane[0];                                                           \
  }
// The ways to join two numbers, or two vectors of them, lane by lane.

/// The smaller or larger, or the NaN.
#define CK_SMALLER_OR_NAN(a, b) ((((a) != (a)) | ((a) < (b))) ? (a) : (b))
#define CK_LARGER_OR_NAN(a, b) ((((a) != (a)) | ((a) > (b))) ? (a) : (b))
#define CK_ADD(a, b) ((a) + (b))
#define CK_MULTIPLY(a, b) ((a) * (b))
#define CK_SMALLER(a, b) ((b) < (a) ? (b) : (a))
#define CK_LARGER(a, b) ((b) > (a) ? (b) : (a))

CK_DEFINE_FOLD(ck_sum, double, CK_ADD)
CK_DEFINE_FOLD(ck_sum, float, CK_ADD)
CK_DEFINE_FOLD(ck_sum, int32_t, CK_ADD)
CK_DEFINE_FOLD(ck_product, double, CK_MULTIPLY)
CK_DEFINE_FOLD(ck_smallest_or_nan, double, CK_SMALLER_OR_NAN)
CK_DEFINE_FOLD(ck_largest_or_nan, double, CK_LARGER_OR_NAN)
CK_DEFINE_FOLD(ck_smallest, float, CK_SMALLER)
CK_DEFINE_FOLD(ck_largest, float, CK_LARGER)
CK_DEFINE_FOLD(ck_largest, double, CK_LARGER)
