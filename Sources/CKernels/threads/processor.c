#if defined(__linux__)
#define _GNU_SOURCE
#include <sched.h>
#endif

#include "ck_processor.h"

#if defined(__linux__)

int ck_current_processor(void) { return sched_getcpu(); }

void ck_leave_processor(int processor) {
  cpu_set_t allowed;
  if (processor < 0 || processor >= CPU_SETSIZE || sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  cpu_set_t others = allowed;
  CPU_CLR(processor, &others);
  if (CPU_COUNT(&others) == 0 || sched_setaffinity(0, sizeof others, &others) != 0) return;
  sched_setaffinity(0, sizeof allowed, &allowed);
}

#else

int ck_current_processor(void) { return -1; }

void ck_leave_processor(int processor) { (void)processor; }

#endif
