#if defined(__x86_64__)
#include "elementwise.h"

#include "../lanes/avx512.h"
#include "vector.inc"
#pragma clang attribute pop
#endif
