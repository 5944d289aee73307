#include "ck_memory.h"

#if defined(__GLIBC__) || defined(__linux__)
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#endif

#if defined(__GLIBC__)
/// Address space that the C library is given ahead of need; no memory is taken for it. One of the system's large pages.
enum { reserve = 256 << 20, large_page = 2 << 20 };

/// Asks the system for large pages on what the C library is going to hand out: the first touch of every page stops the
/// program for a while, and there are hundreds of small pages for one large one.
static void prefer_large_pages(void) {
  // Freed again below, the block stays with the C library, which takes later blocks from it.
  uint8_t *block = malloc(reserve);
  if (block == NULL) return;
  uint8_t *first = block + (-(uintptr_t)block & (large_page - 1));
  madvise(first, (size_t)(block + reserve - first) & ~(size_t)(large_page - 1), MADV_HUGEPAGE);
  free(block);
}
#endif

void ck_keep_freed_memory(void) {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, -1);
  prefer_large_pages();
#endif
}
