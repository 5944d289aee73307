#pragma once
#include <stddef.h>

/// Memory that is read after what is being computed, such as the weights that come next. Kernels may fetch it into the L2
/// cache meanwhile, so that nobody waits for it. Empty where there is nothing to fetch.
typedef struct ck_ahead {
  const char *first;
  size_t bytes;
} ck_ahead;
