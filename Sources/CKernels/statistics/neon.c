#if defined(__aarch64__)
#include "statistics.h"

#define CK_TIER_NAME neon
#include "vector.inc"
#endif
