/// What the kernels say to the compiler.
#pragma once
#include <stdbool.h>
#include <stddef.h>

/// A function whose constant arguments shape its code: always inlined, so that its loops over them unroll.
#define CK_INLINE static inline __attribute__((always_inline))

/// A function that stays one, so that its code takes no registers from that around its calls.
#define CK_NOINLINE static __attribute__((noinline))

/// Unrolls the loop that follows: its bounds are constants and its body indexes an array of registers.
#define CK_UNROLL _Pragma("clang loop unroll(full)")

/// Has a vector of floats or integers computed in a register at this point, in this order.
#define CK_KEEP(vector) __asm__("" : "+x"(vector))

/// The same, and has whatever is read through a pointer from here on read later.
#define CK_KEEP_BEFORE(vector, pointer) __asm__("" : "+x"(vector), "+r"(pointer))

/// The same of a vector that may lie in any of the registers of AVX-512.
#define CK_KEEP_WIDE(vector) __asm__("" : "+v"(vector))

/// Has the compiler forget what it has loaded from an address.
#define CK_FORGET(pointer) __asm__("" : "+r"(pointer))

#define CK_AVX2 __attribute__((target("avx2,fma,f16c")))
#define CK_AVX512 __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define CK_AMX \
  __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,amx-tile,amx-int8")))

static inline size_t ck_smaller(size_t a, size_t b) { return a < b ? a : b; }

/// How many parts of at most `size` it takes to hold `count`.
static inline size_t ck_parts(size_t count, size_t size) { return (count + size - 1) / size; }
