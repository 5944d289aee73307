#if defined(__aarch64__)
#include "pooling.h"

#define CK_TIER_NAME neon
#include "vector.inc"
#endif
