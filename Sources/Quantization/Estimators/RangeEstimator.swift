/// A rule that picks the range of real numbers to represent from what calibration saw.
public protocol RangeEstimator: Sendable {
  /// The name on the command line and in reports.
  var name: String { get }

  /// Whether the rule needs more than the extremes.
  var needsHistogram: Bool { get }

  /// The range to represent, within the observed one; nil where no finite number was observed. For a symmetric
  /// scheme the range is −m…m.
  ///
  /// `statistics` keep a histogram where `needsHistogram` says so.
  func range(of statistics: CalibrationStatistics, for scheme: QuantizationScheme) -> ClosedRange<Float>?
}

/// The rules there are. A new one is a file and a line here.
public enum RangeEstimators {
  public static let all: [any RangeEstimator] = [
    MinMaxEstimator(),
    PercentileEstimator(99.99),
    PercentileEstimator(99.999),
  ]

  /// The rule of this name.
  public static func named(_ name: String) -> (any RangeEstimator)? { all.first { $0.name == name } }
}

extension ClosedRange<Float> {
  /// The range as the scheme can represent it: widened to −m…m where that is symmetric.
  func fitted(to scheme: QuantizationScheme) -> ClosedRange<Float> {
    guard scheme.mapping == .symmetric else { return self }
    let magnitude = Swift.max(abs(lowerBound), abs(upperBound))
    return -magnitude...magnitude
  }
}
