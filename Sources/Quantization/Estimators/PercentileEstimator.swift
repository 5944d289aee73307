/// Represents all but the outermost numbers, so that a few outliers do not coarsen the steps for the rest.
///
/// Percentile p of an asymmetric scheme leaves (100 − p)/2 percent out at either end; of a symmetric one, the
/// 100 − p percent of largest magnitude. Bounds are interpolated within the histogram's bins and never lie outside
/// the observed extremes.
public struct PercentileEstimator: RangeEstimator {
  /// The share of numbers to represent, in percent: 0 < percentile ≤ 100.
  public let percentile: Double

  public init(_ percentile: Double) {
    precondition(percentile > 0 && percentile <= 100, "percentile \(percentile)")
    self.percentile = percentile
  }

  public var name: String { "percentile-\(percentile)" }
  public var needsHistogram: Bool { true }

  public func range(of statistics: CalibrationStatistics, for scheme: QuantizationScheme) -> ClosedRange<Float>? {
    guard let observed = statistics.summary.range else { return nil }
    guard let histogram = statistics.histogram else { preconditionFailure("percentile without a histogram") }
    let share = percentile / 100
    switch scheme.mapping {
    case .symmetric:
      let outermost = observed.fitted(to: scheme).upperBound
      let magnitude = Self.quantile(share, bins: histogram.magnitudeBins) * histogram.binWidth
      return -min(Float(magnitude), outermost)...min(Float(magnitude), outermost)
    case .asymmetric:
      let tail = (1 - share) / 2
      let lower = bound(tail, of: histogram, within: observed)
      return lower...max(lower, bound(1 - tail, of: histogram, within: observed))
    }
  }

  private func bound(_ share: Double, of histogram: Histogram, within observed: ClosedRange<Float>) -> Float {
    let position = Self.quantile(share, bins: histogram.bins) - Double(Histogram.binsPerSide)
    return min(max(Float(position * histogram.binWidth), observed.lowerBound), observed.upperBound)
  }

  /// The place, counted in bins from the first, below which `share` of all counts lie. Counts are taken to be spread
  /// evenly within a bin.
  private static func quantile(_ share: Double, bins: [UInt64]) -> Double {
    let target = share * Double(bins.reduce(0, +))
    var below: UInt64 = 0
    for (index, count) in bins.enumerated() where count > 0 {
      if Double(below + count) >= target {
        return Double(index) + max(target - Double(below), 0) / Double(count)
      }
      below += count
    }
    return Double(bins.count)
  }
}
