#if defined(__x86_64__)
#include "convert.h"

#include "../lanes/avx2.h"
#include "../lanes/lanes.h"
#include "../lanes/blocks_avx2.h"
#include "vector.inc"
#pragma clang attribute pop
#endif
