/// Bytes looked up in a table, by the instructions that processors have for it.
#pragma once
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
// Each looks up as many bytes as whole vectors hold, and returns how many those are.

size_t ck_lookup_avx2(const uint8_t table[256], const uint8_t *input, uint8_t *output, size_t count);

/// For CPUs with AVX-512 VBMI; looks up all.
size_t ck_lookup_vbmi(const uint8_t table[256], const uint8_t *input, uint8_t *output, size_t count);
#endif
