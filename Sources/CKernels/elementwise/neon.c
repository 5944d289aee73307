#if defined(__aarch64__)
#include "elementwise.h"

#define CK_TIER_NAME neon
#include "../lanes/blocks_neon.h"
#include "vector.inc"
#endif
