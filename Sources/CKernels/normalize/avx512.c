#if defined(__x86_64__)
#include "normalize.h"

#include "../lanes/avx512.h"
#include "vector.inc"
#pragma clang attribute pop
#endif
