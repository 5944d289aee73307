#include "ck_threads.h"
#include "ck_float_mode.h"
#include "ck_processor.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

/// How often a thread looks again before it goes to sleep: long enough to catch the next job of a caller that works
/// alone for a while, short enough not to take a core from somebody who could use it.
enum { spins = 20000 };

/// When a core is busy elsewhere, its thread may lose it in the middle of a chunk, and the caller waits until it has the
/// core back: milliseconds, where chunks take microseconds. Or the caller itself loses its core, because the other one
/// has a thread of the pool on it. Where more than a quarter of the time of shared jobs is lost like that, the caller
/// works alone for a while, and for twice as long whenever it goes on like that. A quarter is less than what is gained
/// by two threads, so that a core which is taken away now and then is still made use of.
static const uint64_t shortest_rest_ns = 20000000, longest_rest_ns = 320000000;
enum { most_lost = 4 };

/// What is remembered of shared work, half of which is forgotten then. A pool begins as if it had so much good work behind
/// it that a single loss does not count.
static const uint64_t remembered_ns = 100000000;

/// A caller that waits this much longer than two of its own chunks take was kept waiting by a thread without a core.
enum { patience_ns = 400 * 1000 };

/// After so much shared work the caller looks whether it had its core for most of the time, which takes a system call.
enum { look_ns = 10 * 1000 * 1000 };

/// Chunks that nobody has taken yet, `left` of them from `first` on, and the job they are of, counted round.
typedef struct ticket {
  uint64_t job, first, left;
} ticket;

enum { job_bits = 20, chunk_bits = 22 };
static const uint64_t most_chunks = ((uint64_t)1 << chunk_bits) - 1;

struct ck_thread_pool {
  /// The packed ticket. Taking a chunk is one compare-and-swap of all of it, so a thread that comes late cannot take a
  /// chunk of the next job for one of the last.
  _Atomic uint64_t ticket;
  /// Chunks of the job that are done.
  _Atomic size_t finished;
  /// Workers that sleep or are about to.
  _Atomic size_t sleepers;
  /// The processor that the caller was on when it last woke workers.
  atomic_int callers_processor;
  atomic_bool busy;
  atomic_bool stopping;

  // The job. Written only between jobs and read only by a thread that holds a chunk, during which a job cannot end.
  void (*body)(void *context, size_t chunk);
  void *context;
  size_t chunks;
  /// The caller's, so that it does not matter on which thread a chunk is done.
  uint64_t float_mode;

  // Only the thread that has set `busy` touches these.
  /// How long the last rest was, 0 where it is forgotten, and when it ends; on the clock of `now_ns`.
  uint64_t last_rest, rests_until;
  bool rests;
  /// How long the shared jobs took that are remembered, and how much of it was lost.
  uint64_t shared_time, lost_time;
  /// How long the caller has worked on shared jobs since it last looked; which thread that was, and how long it had then
  /// had a core.
  uint64_t worked_since_look, core_time;
  pthread_t caller;
  bool has_looked;

  pthread_mutex_t mutex;
  pthread_cond_t work_arrived;
  pthread_cond_t job_finished;
  size_t worker_count;
  pthread_t workers[];
};

static void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static uint64_t clock_ns(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static uint64_t now_ns(void) { return clock_ns(CLOCK_MONOTONIC); }

static uint64_t packed(ticket ticket) {
  return (ticket.job << (2 * chunk_bits)) | ticket.first << chunk_bits | ticket.left;
}

static ticket unpacked(uint64_t bits) {
  return (ticket){.job = bits >> (2 * chunk_bits), .first = bits >> chunk_bits & most_chunks, .left = bits & most_chunks};
}

/// The end that a thread takes chunks from: the caller the first ones, workers the last ones. So neighbouring chunks go
/// to the same thread from job to job, which finds in its cache what it has left there.
typedef enum end { first_end, last_end } end;

/// Takes a chunk, if there is one left.
static bool take_chunk(ck_thread_pool *pool, end end, size_t *chunk) {
  uint64_t bits = atomic_load(&pool->ticket);
  for (;;) {
    ticket rest = unpacked(bits);
    if (rest.left == 0) return false;
    *chunk = end == first_end ? rest.first : rest.first + rest.left - 1;
    rest.left--;
    if (end == first_end) rest.first++;
    if (atomic_compare_exchange_weak(&pool->ticket, &bits, packed(rest))) return true;
  }
}

/// Takes chunks and does them until none is left. Returns how many it did.
static size_t drain(ck_thread_pool *pool, end end) {
  size_t done = 0;
  for (size_t chunk; take_chunk(pool, end, &chunk); done++) {
    size_t chunks = pool->chunks;
    ck_set_float_mode(pool->float_mode);
    pool->body(pool->context, chunk);
    // From the last increment on the job may be over and its fields belong to the next one.
    if (atomic_fetch_add(&pool->finished, 1) + 1 == chunks) {
      pthread_mutex_lock(&pool->mutex);
      pthread_cond_broadcast(&pool->job_finished);
      pthread_mutex_unlock(&pool->mutex);
    }
  }
  return done;
}

static bool has_news(ck_thread_pool *pool) {
  return unpacked(atomic_load(&pool->ticket)).left > 0 || atomic_load(&pool->stopping);
}

static void wait_for_work(ck_thread_pool *pool) {
  for (int spin = 0; spin < spins; spin++) {
    if (has_news(pool)) return;
    pause_briefly();
  }
  pthread_mutex_lock(&pool->mutex);
  // Announced before looking once more: whoever publishes a job looks for sleepers after publishing, so one of
  // the two sees the other.
  atomic_fetch_add(&pool->sleepers, 1);
  while (!has_news(pool)) pthread_cond_wait(&pool->work_arrived, &pool->mutex);
  atomic_fetch_sub(&pool->sleepers, 1);
  pthread_mutex_unlock(&pool->mutex);
  // Woken threads often begin on the processor of the one that woke them, and share it for milliseconds before the
  // system moves either.
  int processor = ck_current_processor();
  if (processor == atomic_load(&pool->callers_processor)) ck_leave_processor(processor);
}

static void *work(void *argument) {
  ck_thread_pool *pool = argument;
  while (!atomic_load(&pool->stopping)) {
    drain(pool, last_end);
    wait_for_work(pool);
  }
  return NULL;
}

static void wake_sleepers(ck_thread_pool *pool) {
  if (atomic_load(&pool->sleepers) == 0) return;
  atomic_store(&pool->callers_processor, ck_current_processor());
  pthread_mutex_lock(&pool->mutex);
  pthread_cond_broadcast(&pool->work_arrived);
  pthread_mutex_unlock(&pool->mutex);
}

static void wait_for_end(ck_thread_pool *pool, size_t chunks) {
  for (int spin = 0; spin < spins; spin++) {
    if (atomic_load(&pool->finished) == chunks) return;
    pause_briefly();
  }
  // A worker that lost its core holds the last chunk: sleep, so that it may have ours.
  pthread_mutex_lock(&pool->mutex);
  while (atomic_load(&pool->finished) != chunks) pthread_cond_wait(&pool->job_finished, &pool->mutex);
  pthread_mutex_unlock(&pool->mutex);
}

/// Whether the caller is to work alone for now.
static bool is_resting(ck_thread_pool *pool) {
  if (pool->rests && now_ns() >= pool->rests_until) {
    pool->rests = false;
    // What happened meanwhile is no fault of the other threads.
    pool->has_looked = false;
    pool->worked_since_look = look_ns;
  }
  return pool->rests;
}

/// How long the caller, which has worked for `worked` nanoseconds more, was without a core since it last looked; 0 where
/// that is less than a quarter of its work, or where it looked only just.
static uint64_t without_core(ck_thread_pool *pool, uint64_t worked) {
  pool->worked_since_look += worked;
  if (pool->worked_since_look < look_ns) return 0;
  uint64_t core_time = clock_ns(CLOCK_THREAD_CPUTIME_ID), had = core_time - pool->core_time;
  bool knows = pool->has_looked && pthread_equal(pool->caller, pthread_self());
  // Waiting and what is done between jobs take time on a core as well, so that less is found than was lost.
  uint64_t lost = knows && had < pool->worked_since_look / 4 * 3 ? pool->worked_since_look - had : 0;
  pool->core_time = core_time;
  pool->caller = pthread_self();
  pool->has_looked = true;
  pool->worked_since_look = 0;
  return lost;
}

/// Learns from a job on which the caller worked for `worked` nanoseconds, doing `done` chunks, and then waited.
static void learn(ck_thread_pool *pool, uint64_t worked, size_t done, uint64_t waited) {
  uint64_t chunk = done > 0 ? worked / done : 0;
  uint64_t lost = without_core(pool, worked);
  if (waited > 2 * chunk + patience_ns) lost += waited;
  pool->shared_time += worked + waited;
  pool->lost_time += lost;
  if (pool->shared_time > remembered_ns) {
    pool->shared_time /= 2;
    pool->lost_time /= 2;
    pool->last_rest = 0;
  }
  if (lost == 0 || pool->lost_time < pool->shared_time / most_lost) return;
  pool->shared_time = 0;
  pool->lost_time = 0;
  uint64_t longer = pool->last_rest < longest_rest_ns ? 2 * pool->last_rest : longest_rest_ns;
  pool->last_rest = longer > 0 ? longer : shortest_rest_ns;
  pool->rests_until = now_ns() + pool->last_rest;
  pool->rests = true;
}

ck_thread_pool *ck_thread_pool_create(size_t threads) {
  size_t wanted = threads > 1 ? threads - 1 : 0;
  ck_thread_pool *pool = calloc(1, sizeof *pool + wanted * sizeof(pthread_t));
  if (pool == NULL) return NULL;
  pool->shared_time = remembered_ns / 2;
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->work_arrived, NULL);
  pthread_cond_init(&pool->job_finished, NULL);
  while (pool->worker_count < wanted &&
         pthread_create(&pool->workers[pool->worker_count], NULL, work, pool) == 0) {
    pool->worker_count++;
  }
  return pool;
}

size_t ck_thread_pool_threads(const ck_thread_pool *pool) { return pool->worker_count + 1; }

void ck_thread_pool_run(
    ck_thread_pool *pool, size_t chunks, void (*body)(void *context, size_t chunk), void *context) {
  bool alone = chunks <= 1 || chunks > most_chunks || pool->worker_count == 0;
  bool is_mine = !alone && !atomic_exchange(&pool->busy, true);
  if (!is_mine || is_resting(pool)) {
    for (size_t chunk = 0; chunk < chunks; chunk++) body(context, chunk);
    if (is_mine) atomic_store(&pool->busy, false);
    return;
  }
  pool->body = body;
  pool->context = context;
  pool->chunks = chunks;
  pool->float_mode = ck_float_mode();
  atomic_store(&pool->finished, 0);
  uint64_t job = (unpacked(atomic_load(&pool->ticket)).job + 1) % ((uint64_t)1 << job_bits);
  uint64_t start = now_ns();
  atomic_store(&pool->ticket, packed((ticket){.job = job, .left = chunks}));
  wake_sleepers(pool);
  size_t done = drain(pool, first_end);
  uint64_t drained = now_ns();
  wait_for_end(pool, chunks);
  learn(pool, drained - start, done, now_ns() - drained);
  atomic_store(&pool->busy, false);
}

void ck_thread_pool_destroy(ck_thread_pool *pool) {
  atomic_store(&pool->stopping, true);
  pthread_mutex_lock(&pool->mutex);
  pthread_cond_broadcast(&pool->work_arrived);
  pthread_mutex_unlock(&pool->mutex);
  for (size_t i = 0; i < pool->worker_count; i++) pthread_join(pool->workers[i], NULL);
  pthread_cond_destroy(&pool->job_finished);
  pthread_cond_destroy(&pool->work_arrived);
  pthread_mutex_destroy(&pool->mutex);
  free(pool);
}
