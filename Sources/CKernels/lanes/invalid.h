// Whether a CPU has met a NaN, by the flag that its comparisons and maxima leave behind.
#pragma once
#include "lanes.h"

#if defined(__x86_64__)
#include <immintrin.h>

/// Whether maxima and comparisons by order raise the flag for any NaN, and not for signalling ones only.
enum { CK_MAXIMA_TELL_OF_NAN = 1 };

CK_INLINE void ck_clear_invalid(void) { _mm_setcsr(_mm_getcsr() & ~(unsigned)_MM_EXCEPT_INVALID); }
CK_INLINE int ck_was_invalid(void) { return (_mm_getcsr() & _MM_EXCEPT_INVALID) != 0; }
#else
enum { CK_MAXIMA_TELL_OF_NAN = 0 };

CK_INLINE void ck_clear_invalid(void) {}
CK_INLINE int ck_was_invalid(void) { return 0; }
#endif
