internal import CKernels

/// How kernels are to be run: with which instructions and on which threads. All kernels are methods of it.
///
/// Results depend on the tier but never on the number of threads.
public struct Compute: Sendable {
  public let tier: KernelTier
  public let pool: ThreadPool

  /// Kernels of `tier`, which must be available, on a new pool of `threads` threads.
  public init(tier: KernelTier, threads: Int) {
    self.init(tier: tier, pool: ThreadPool(threads: threads))
  }

  /// Kernels of `tier`, which must be available, on an existing pool.
  public init(tier: KernelTier, pool: ThreadPool) {
    precondition(KernelTier.available.contains(tier), "kernel tier \(tier.rawValue) on a CPU that lacks it")
    self.tier = tier
    self.pool = pool
  }

  /// Calls `body` for each chunk 0 ..< `chunks`: on the pool, or right here where `work`, in multiply-adds or the
  /// like, is too little to be worth waking a thread.
  func run(chunks: Int, work: Int, _ body: @Sendable (Int) -> Void) {
    if threads(for: work) == 1 {
      for chunk in 0..<chunks { body(chunk) }
    } else {
      pool.run(chunks: chunks, body)
    }
  }

  /// On how many threads `run` does a job of so much work. Cutting what one thread does alone only costs time.
  func threads(for work: Int) -> Int { work < Self.leastSharedWork ? 1 : pool.threads }

  private static let leastSharedWork = 100_000

  /// Calls `body`, in which denormal operands and results of float32 and float64 arithmetic are taken for 0 of their sign,
  /// on this thread and on those of the pool. Conversions to and from float16 keep denormal halves.
  public func flushingDenormals<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result
  {
    let mode = ck_float_mode()
    ck_set_float_mode(ck_flushing_float_mode(mode))
    defer { ck_set_float_mode(mode) }
    return try body()
  }
}
