#if defined(__x86_64__)
#include "sampling.h"

#include "../lanes/avx512.h"
#include "vector.inc"
#pragma clang attribute pop
#endif
