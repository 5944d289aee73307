#if defined(__x86_64__)
#include "sampling.h"

#include "../lanes/avx2.h"
#include "vector.inc"
#pragma clang attribute pop
#endif
