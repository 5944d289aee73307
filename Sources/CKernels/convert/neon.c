#if defined(__aarch64__)
#include "convert.h"

#define CK_TIER_NAME neon
#include "vector.inc"
#endif
