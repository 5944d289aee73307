#if defined(__x86_64__)
#include "elementwise.h"

#include "../lanes/avx512.h"
#include "../lanes/lanes.h"
#include "../lanes/blocks_avx512.h"
#include "vector.inc"
#pragma clang attribute pop
#endif
