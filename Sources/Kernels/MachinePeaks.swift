internal import CKernels

/// What the machine's products do at best on some number of threads, as measured: the ceiling that kernels work under.
public struct ProductPeaks: Sendable, Hashable {
  /// Float32 operations per second, a multiply-add being two.
  public let floatRate: Double
  /// Operations per second on products of 8-bit integers, a multiply-add being two. On tiers without an instruction
  /// for their exact sum, this is the rate of the fastest sequence, which is exact for small numbers only.
  public let integerRate: Double

  public init(floatRate: Double, integerRate: Double) {
    self.floatRate = floatRate
    self.integerRate = integerRate
  }
}

extension Compute {
  /// Measures the tier's instructions on all threads of the pool: the best of a few attempts, each of less than a
  /// millisecond. Heat and whatever else the hardware does move a peak from one second to the next, so measure it in
  /// turns with what is compared with it.
  public func measureProductPeaks() -> ProductPeaks {
    let family = unsafe ck_peak_for(tier.identifier)!.pointee
    return ProductPeaks(floatRate: 2 * rate(of: family.f32), integerRate: 2 * rate(of: family.u8s8))
  }

  /// Multiply-adds per second of all threads together.
  private func rate(of multiplyAdd: @convention(c) (UInt32) -> UInt64) -> Double {
    nonisolated(unsafe) let multiplyAdd = multiplyAdd
    let (chunks, rounds) = (pool.threads * 4, UInt32(1 << 13))
    let perChunk = unsafe multiplyAdd(rounds)
    return bestRate(attempts: 4) {
      pool.run(chunks: chunks) { _ in _ = unsafe multiplyAdd(rounds) }
      return Double(chunks) * Double(perChunk)
    }
  }

  /// Bytes per second that are read or written while 128 MiB are copied, which is more than most caches hold: the best
  /// of several attempts. Takes 256 MiB of memory.
  public func measureMemoryRate() -> Double {
    let block = 1 << 20
    let (source, target) = (AlignedMemory(byteCount: 128 * block), AlignedMemory(byteCount: 128 * block))
    unsafe source.bytes.initializeMemory(as: UInt8.self, repeating: 1)
    return bestRate(attempts: 5) {
      pool.run(chunks: 128) { chunk in
        unsafe (target.address + chunk * block).copyMemory(from: source.address + chunk * block, byteCount: block)
      }
      return Double(2 * 128 * block)
    }
  }

  /// The best of several attempts at some work, after one that does not count, because whatever disturbs an attempt
  /// makes it slower; `work` returns how much it was.
  private func bestRate(attempts: Int, of work: () -> Double) -> Double {
    let clock = ContinuousClock()
    _ = work()
    var best = 0.0
    for _ in 0..<attempts {
      let start = clock.now
      let amount = work()
      let (seconds, attoseconds) = (clock.now - start).components
      best = max(best, amount / max(Double(seconds) + Double(attoseconds) * 1e-18, 1e-9))
    }
    return best
  }
}
