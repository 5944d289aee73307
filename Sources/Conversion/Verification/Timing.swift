/// Times two pieces of work that take turns, so that whatever else the machine does hits both alike.
public struct InterleavedTiming: Sendable, Hashable {
  /// Milliseconds of each round, in order.
  public private(set) var reference: [Double] = []
  public private(set) var candidate: [Double] = []

  public init() {}

  /// Adds one round of both.
  public mutating func add(reference: Double, candidate: Double) {
    self.reference.append(reference)
    self.candidate.append(candidate)
  }

  /// How many times faster the candidate is: the median over the rounds of reference time / candidate time, with a
  /// 95 % confidence interval.
  public var speedup: Estimate { Estimate(zip(reference, candidate).map { $0 / max($1, 1e-9) }) }
}

/// A median with a confidence interval that assumes nothing of the distribution.
///
/// The bounds are order statistics: with n samples, ranks n/2 ∓ 0.98·√n enclose the true median with about 95 %
/// probability (binomial distribution, normal approximation). Few samples give the whole range.
public struct Estimate: Sendable, Hashable {
  public let median: Double
  public let low: Double
  public let high: Double

  public init(_ samples: [Double]) {
    let sorted = samples.sorted()
    guard !sorted.isEmpty else {
      (median, low, high) = (.nan, .nan, .nan)
      return
    }
    let half = Double(sorted.count) / 2
    let margin = 0.98 * Double(sorted.count).squareRoot()
    median = sorted.quantile(0.5)
    low = sorted[max(0, Int((half - margin).rounded(.down)))]
    high = sorted[min(sorted.count - 1, Int((half + margin).rounded(.up)))]
  }
}

extension [Double] {
  /// The value below which a share `quantile` of the elements lies, between neighbours where need be. The array is
  /// sorted and not empty.
  public func quantile(_ quantile: Double) -> Double {
    let position = quantile * Double(count - 1)
    let lower = Int(position.rounded(.down))
    let upper = Swift.min(lower + 1, count - 1)
    let share = position - Double(lower)
    return self[lower] * (1 - share) + self[upper] * share
  }
}
