#if defined(__aarch64__)
#include "sampling.h"

#define CK_TIER_NAME neon
#include "vector.inc"
#endif
