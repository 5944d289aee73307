#if defined(__aarch64__)
#include "pooling.h"

#define CK_TIER_NAME neon
#include "../lanes/blocks_neon.h"
#include "vector.inc"
#endif
