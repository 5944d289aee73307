#if defined(__x86_64__)
#define QUERIES 6
#define VECTORS 1
#include "../lanes/avx2.h"
#include "vector.inc"
#pragma clang attribute pop
#endif
