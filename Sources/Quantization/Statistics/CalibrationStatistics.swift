/// What calibration remembers of one value: a summary and, if wanted, a histogram. Memory does not grow with the
/// number of samples. Nothing at all, one element, a constant, NaN and infinities are all fine.
public struct CalibrationStatistics: Hashable, Sendable {
  /// Counts and extremes of everything observed.
  public private(set) var summary = ValueSummary()

  /// How the finite numbers are distributed; nil before the first of them, and where none is kept.
  public private(set) var histogram: Histogram?

  /// Whether a histogram is kept. Range estimators that only look at the extremes do without.
  public let keepsHistogram: Bool

  public init(keepsHistogram: Bool = true) { self.keepsHistogram = keepsHistogram }

  /// Takes in the elements of one tensor.
  public mutating func observe(_ values: Span<Float>, using kernels: StatisticsKernels = .portable) {
    let observed = kernels.summarize(values)
    summary.merge(observed)
    guard keepsHistogram, let range = observed.range else { return }
    let largestMagnitude = max(-range.lowerBound, range.upperBound)
    var histogram = take() ?? Histogram(largestMagnitude: largestMagnitude)
    histogram.add(values, largestMagnitude: largestMagnitude, using: kernels)
    self.histogram = histogram
  }

  /// Takes in the elements of one tensor by their summary. No histogram may be kept.
  public mutating func observe(_ observed: ValueSummary) {
    precondition(!keepsHistogram, "a summary is no histogram")
    summary.merge(observed)
  }

  /// Takes in what other statistics of the same value observed.
  public mutating func merge(_ other: CalibrationStatistics) {
    precondition(keepsHistogram == other.keepsHistogram, "statistics of different kinds merged")
    summary.merge(other.summary)
    guard let added = other.histogram else { return }
    guard var histogram = take() else {
      self.histogram = added
      return
    }
    histogram.merge(added)
    self.histogram = histogram
  }

  /// Moves the histogram out, so that it is changed in place and not copied first.
  private mutating func take() -> Histogram? {
    defer { histogram = nil }
    return histogram
  }
}
