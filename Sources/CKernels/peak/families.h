/// The tables of the tiers, each in the file of its name.
#pragma once
#include "ck_peak.h"

/// Hides from the compiler what a register holds, without an instruction: products of known or unchanging numbers
/// would be taken once and not in every round. `kind` is the constraint for the type of register.
#define CK_PEAK_HIDE(kind, variable) __asm__ volatile("" : "+" kind(variable))

extern const ck_peak_family ck_peak_reference;
#if defined(__x86_64__)
extern const ck_peak_family ck_peak_avx2;
extern const ck_peak_family ck_peak_avx512;
extern const ck_peak_family ck_peak_amx;

/// Of `ck_peak_avx512`; tiles of bytes have nothing to add to it.
uint64_t ck_peak_f32_avx512(uint32_t rounds);
#elif defined(__aarch64__)
extern const ck_peak_family ck_peak_neon;
#endif
