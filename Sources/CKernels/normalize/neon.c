#if defined(__aarch64__)
#include "normalize.h"

#define CK_TIER_NAME neon
#include "vector.inc"
#endif
