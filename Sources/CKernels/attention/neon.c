#if defined(__aarch64__)
#define CK_TIER_NAME neon
#define QUERIES 6
#define VECTORS 1
#include "vector.inc"
#endif
