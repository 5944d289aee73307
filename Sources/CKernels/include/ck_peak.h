/// How fast this machine multiplies and adds at best: loops that do nothing else, with all operands in registers.
///
/// Each function does the multiply-adds of `rounds` rounds, of which a round has a fixed number, and returns how many
/// there were: they all add the product of 1 and 1, so the sums are the count.
#pragma once
#include "ck_tier.h"

#include <stdint.h>

/// The most rounds of one call: up to here the sums are exact.
enum { CK_PEAK_MOST_ROUNDS = 1 << 20 };

typedef struct ck_peak_family {
  /// Multiply-adds of float32.
  uint64_t (*f32)(uint32_t rounds);

  /// Products of unsigned and signed bytes added up in 32 bits, by the fewest instructions that the tier has for it.
  uint64_t (*u8s8)(uint32_t rounds);
} ck_peak_family;

/// The functions of a tier.
const ck_peak_family *ck_peak_for(ck_tier tier);
