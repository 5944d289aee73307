#include "families.h"

/// Whatever vectors the compiler makes of loops over so many numbers.
enum { lanes = 32 };

/// Lets the compiler assume nothing of what lies in memory, without an instruction.
#define FORGET(memory) __asm__ volatile("" : : "r"(memory) : "memory")

static uint64_t f32(uint32_t rounds) {
  float factors[lanes], sums[lanes];
  for (int i = 0; i < lanes; i++) factors[i] = 1, sums[i] = 0;
  for (uint32_t round = 0; round < rounds; round++) {
    FORGET(factors);
    for (int i = 0; i < lanes; i++) sums[i] += factors[i] * factors[lanes - 1 - i];
  }
  uint64_t count = 0;
  for (int i = 0; i < lanes; i++) count += (uint64_t)sums[i];
  return count;
}

static uint64_t u8s8(uint32_t rounds) {
  uint8_t values[lanes];
  int8_t weights[lanes];
  int32_t sums[lanes];
  for (int i = 0; i < lanes; i++) values[i] = 1, weights[i] = 1, sums[i] = 0;
  for (uint32_t round = 0; round < rounds; round++) {
    FORGET(values);
    FORGET(weights);
    for (int i = 0; i < lanes; i++) sums[i] += values[i] * weights[i];
  }
  uint64_t count = 0;
  for (int i = 0; i < lanes; i++) count += (uint64_t)sums[i];
  return count;
}

const ck_peak_family ck_peak_reference = {.f32 = f32, .u8s8 = u8s8};
