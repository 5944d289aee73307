/// Fetching what is read next while something else is computed.
#pragma once
#include "ck_ahead.h"

#include "compiler.h"

enum { CK_LINE_BYTES = 64 };

/// The most rows of A for which panels are fetched before they are used. With more of them, the time that panels take to
/// arrive is small beside that of using them.
enum { CK_MOST_FETCHING_ROWS = 512 };

/// The share of some memory that falls to `count` of `total` parts, those before it having theirs: whole cache lines.
static inline ck_ahead ck_share_of(ck_ahead memory, size_t first, size_t count, size_t total) {
  if (memory.bytes == 0) return memory;
  const size_t lines = ck_parts(memory.bytes, CK_LINE_BYTES);
  const size_t begin = lines * first / total, end = lines * (first + count) / total;
  return (ck_ahead){.first = memory.first + begin * CK_LINE_BYTES, .bytes = (end - begin) * CK_LINE_BYTES};
}

/// What is left to fetch.
typedef struct ck_fetch {
  const char *next, *end;
} ck_fetch;

CK_INLINE ck_fetch ck_begin_fetch(ck_ahead memory) {
  return (ck_fetch){.next = memory.first, .end = memory.first + memory.bytes};
}

/// Fetches the next `lines` cache lines into the L2 cache, unless there is nothing left. The memory behind the end may be
/// fetched with them, which does no harm.
CK_INLINE void ck_fetch_lines(ck_fetch *fetch, const int lines) {
  if (fetch->next >= fetch->end) return;
  CK_UNROLL for (int i = 0; i < lines; i++) __builtin_prefetch(fetch->next + i * CK_LINE_BYTES, 0, 2);
  fetch->next += lines * CK_LINE_BYTES;
}
