/// Stores whose lines are asked for in time.
#pragma once

#if defined(__x86_64__)

/// Asks for the cache line at an address in order to write it.
///
/// Without it, a processor may fetch a line only when the store to it is next in the queue of stores: one line after the
/// other, while the queue fills up and everything waits. Every processor with AVX2 takes the instruction; for the compiler
/// it is an extension of its own.
static inline __attribute__((always_inline)) void ck_expect_store(const void *address) {
  __asm__ volatile("prefetchw %0" : : "m"(*(const char *)address));
}

#endif
