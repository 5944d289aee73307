/// Memory for intermediate results.
#pragma once
#include <stdlib.h>

/// At least `size` bytes. Ends the process where there is no memory, as Swift does.
static inline void *ck_allocate(size_t size) {
  void *memory = malloc(size > 0 ? size : 1);
  if (memory == NULL) abort();
  return memory;
}

/// The same on a cache line.
static inline void *ck_allocate_lines(size_t size) {
  enum { line = 64 };
  void *memory = aligned_alloc(line, (size + line) / line * line);
  if (memory == NULL) abort();
  return memory;
}

static inline void ck_free(void *memory) { free(memory); }
