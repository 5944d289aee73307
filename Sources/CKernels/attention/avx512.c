#if defined(__x86_64__)
#define QUERIES 8
#define VECTORS 2
#include "../lanes/avx512.h"
#include "vector.inc"
#pragma clang attribute pop
#endif
