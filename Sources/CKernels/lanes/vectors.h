// The vectors of sixteen lanes.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "fold.h"

typedef float floats __attribute__((ext_vector_type(CK_LANES)));
typedef double doubles __attribute__((ext_vector_type(CK_LANES)));
typedef _Float16 halves __attribute__((ext_vector_type(CK_LANES)));
typedef int32_t ints __attribute__((ext_vector_type(CK_LANES)));
typedef uint32_t words __attribute__((ext_vector_type(CK_LANES)));
typedef uint16_t shorts __attribute__((ext_vector_type(CK_LANES)));

#define CK_INLINE static inline __attribute__((always_inline, unused))
