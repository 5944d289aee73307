#include "ck_float_mode.h"

#if defined(__x86_64__)

#include <immintrin.h>

/// The register MXCSR: results are flushed to zero, operands are taken for zero.
enum { flushes_results = 1 << 15, flushes_operands = 1 << 6 };

/// The bits that tell what has happened so far.
enum { status_bits = 0x3f };

uint64_t ck_float_mode(void) { return _mm_getcsr() & ~(uint32_t)status_bits; }

void ck_set_float_mode(uint64_t mode) {
  const uint32_t status = _mm_getcsr() & status_bits;
  if (ck_float_mode() != mode) _mm_setcsr((uint32_t)mode | status);
}

uint64_t ck_flushing_float_mode(uint64_t mode) { return mode | flushes_results | flushes_operands; }

#elif defined(__aarch64__)

/// The register FPCR: operands and results are flushed to zero.
static const uint64_t flushes = (uint64_t)1 << 24;

uint64_t ck_float_mode(void) {
  uint64_t mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  return mode;
}

void ck_set_float_mode(uint64_t mode) {
  if (ck_float_mode() != mode) __asm__ volatile("msr fpcr, %0" : : "r"(mode));
}

uint64_t ck_flushing_float_mode(uint64_t mode) { return mode | flushes; }

#else

uint64_t ck_float_mode(void) { return 0; }

void ck_set_float_mode(uint64_t mode) { (void)mode; }

uint64_t ck_flushing_float_mode(uint64_t mode) { return mode; }

#endif
