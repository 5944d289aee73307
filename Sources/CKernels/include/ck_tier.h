/// The instruction sets that kernels are written for, and which of them this CPU has.
#pragma once
#include <stdbool.h>
#include <stddef.h>

/// One set of kernels. Every family has a `reference` kernel in portable C; where it has none for another tier,
/// the reference stands in.
typedef enum ck_tier {
  CK_TIER_REFERENCE = 0,
  /// AVX2, FMA and F16C.
  CK_TIER_AVX2 = 1,
  /// AVX-512 F, BW, VL, DQ and VNNI.
  CK_TIER_AVX512 = 2,
  /// The same with AMX for products of bytes; families without kernels for it have those for AVX-512.
  CK_TIER_AMX = 3,
  /// The vector instructions that every 64-bit ARM CPU has.
  CK_TIER_NEON = 4,
} ck_tier;

/// Whether this CPU and operating system can run the kernels of `tier`. Those of `CK_TIER_AMX` run only after this has
/// returned true, which holds for all threads of the process.
bool ck_tier_is_available(ck_tier tier);

/// Writes the CPU's name as it calls itself, zero-terminated; empty where it does not say.
void ck_cpu_model(char *buffer, size_t size);

/// The number of instruction set extensions that `ck_cpu_feature` knows by name.
size_t ck_cpu_feature_count(void);

/// The name of an extension, as compilers spell it.
const char *ck_cpu_feature_name(size_t index);

/// Whether this CPU has the extension.
bool ck_cpu_has_feature(size_t index);
