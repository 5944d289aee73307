/// Represents everything observed, from the smallest to the largest number.
public struct MinMaxEstimator: RangeEstimator {
  public init() {}

  public var name: String { "minmax" }
  public var needsHistogram: Bool { false }

  public func range(of statistics: CalibrationStatistics, for scheme: QuantizationScheme) -> ClosedRange<Float>? {
    statistics.summary.range?.fitted(to: scheme)
  }
}
