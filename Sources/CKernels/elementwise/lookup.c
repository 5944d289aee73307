#include "lookup.h"

#include "../include/ck_elementwise.h"

/// Looks up bytes from the first on, and returns how many.
static size_t lookup_vectors(const uint8_t table[256], const uint8_t *input, uint8_t *output, size_t count) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512bw")) {
    return ck_lookup_vbmi(table, input, output, count);
  }
  if (__builtin_cpu_supports("avx2")) return ck_lookup_avx2(table, input, output, count);
#else
  (void)table, (void)input, (void)output, (void)count;
#endif
  return 0;
}

void ck_map(const uint8_t table[256], const uint8_t *input, uint8_t *output, size_t count) {
  for (size_t i = lookup_vectors(table, input, output, count); i < count; i++) output[i] = table[input[i]];
}
