/// A pool of threads that share out the chunks of one job at a time.
#pragma once
#include <stddef.h>

typedef struct ck_thread_pool ck_thread_pool;

/// Makes a pool of `threads` threads, the caller of `ck_thread_pool_run` being one of them. Where the system refuses
/// a thread the pool has fewer. Null where there is no memory.
ck_thread_pool *ck_thread_pool_create(size_t threads);

/// The number of threads, the caller included: at least 1.
size_t ck_thread_pool_threads(const ck_thread_pool *pool);

/// Calls `body` once for each chunk 0 ..< `chunks`, in any order and on any of the threads, and returns when all calls
/// have returned. Bodies compute in the caller's float mode (`ck_float_mode.h`). A call from inside a body, or while
/// another thread's call runs, does all its chunks itself.
void ck_thread_pool_run(
    ck_thread_pool *pool, size_t chunks, void (*body)(void *context, size_t chunk), void *context);

/// Ends the threads and frees the pool. No call of `ck_thread_pool_run` may be under way.
void ck_thread_pool_destroy(ck_thread_pool *pool);
