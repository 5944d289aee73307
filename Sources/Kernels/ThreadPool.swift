internal import CKernels

/// Threads that share out the chunks of a job; the thread that asks is one of them.
///
/// Chunks are handed out one by one, so a thread whose core is busy elsewhere takes fewer of them and holds up no one.
@safe public final class ThreadPool: @unchecked Sendable {
  // Safe to share: the C side guards every access to what `pool` points at.
  private let pool: OpaquePointer

  /// The number of threads, the caller of `run` included: at least 1, and fewer than asked for where the system
  /// refuses to start more.
  public let threads: Int

  /// Starts a pool of `threads` threads, the caller included.
  public init(threads: Int) {
    precondition(threads > 0, "a pool of \(threads) threads")
    guard let pool = unsafe ck_thread_pool_create(threads) else {
      preconditionFailure("no memory for a pool of \(threads) threads")
    }
    unsafe self.pool = pool
    self.threads = unsafe ck_thread_pool_threads(pool)
  }

  deinit { unsafe ck_thread_pool_destroy(pool) }

  /// Calls `body` once for each chunk 0 ..< `chunks`, in any order and on any thread, and returns when all are done.
  ///
  /// A call from inside `body`, and one that comes while another thread's call is under way, does all its chunks
  /// itself, in order.
  public func run(chunks: Int, _ body: @Sendable (Int) -> Void) {
    precondition(chunks >= 0, "\(chunks) chunks")
    withoutActuallyEscaping(body) { escapable in
      var job = Job(body: escapable)
      unsafe withUnsafeMutablePointer(to: &job) { address in
        unsafe ck_thread_pool_run(
          pool, chunks,
          { context, chunk in unsafe context!.assumingMemoryBound(to: Job.self).pointee.run(chunk) },
          address)
      }
    }
  }

  /// Not copyable: a copy of the closure would be counted by all threads at once, who would wait for each other there.
  private struct Job: ~Copyable {
    let body: @Sendable (Int) -> Void

    func run(_ chunk: Int) { body(chunk) }
  }
}
