extension Compute {
  /// The results of `body` for 0 ..< `count`, in order, each computed on one thread.
  ///
  /// Threads are shared out over the calls where `work`, in multiply-adds, is worth it; what a call runs on the pool then
  /// stays on its own thread. A single call has the whole pool.
  public func mapParts<Result: Sendable>(
    of count: Int, work: Int, _ body: @Sendable (Int) -> Result
  ) -> [Result] {
    guard count > 1, pool.threads > 1 else { return (0..<count).map { body($0) } }
    return unsafe [Result](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      nonisolated(unsafe) let results = unsafe buffer
      run(chunks: count, work: work) { part in unsafe results.initializeElement(at: part, to: body(part)) }
      initializedCount = count
    }
  }

  /// What two functions return, which run at the same time where there are several threads. What they run on the pool
  /// then stays on their own threads.
  public func both<First: Sendable, Second: Sendable>(
    _ first: @Sendable () -> First, _ second: @Sendable () -> Second
  ) -> (First, Second) {
    let parts = mapParts(of: 2, work: .max) { part -> (First?, Second?) in
      part == 0 ? (first(), nil) : (nil, second())
    }
    guard let first = parts[0].0, let second = parts[1].1 else { preconditionFailure("two parts in another order") }
    return (first, second)
  }
}
