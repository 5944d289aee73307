/// The two loops of calibration that touch every activation. Any replacement gives the same counts and extremes.
public struct StatisticsKernels: Sendable {
  /// Summarizes values.
  public let summarize: @Sendable (_ values: Span<Float>) -> ValueSummary

  /// Adds values to the bins of a `Histogram` with `binsPerUnit` bins per unit length. No finite value lies outside
  /// the bins; NaN and infinities are passed over.
  public let count: @Sendable (_ values: Span<Float>, _ binsPerUnit: Float, _ bins: inout MutableSpan<UInt64>) -> Void

  public init(
    summarize: @escaping @Sendable (Span<Float>) -> ValueSummary,
    count: @escaping @Sendable (Span<Float>, Float, inout MutableSpan<UInt64>) -> Void
  ) {
    self.summarize = summarize
    self.count = count
  }

  /// Plain Swift, one number at a time: the definition.
  public static let portable = StatisticsKernels(
    summarize: { summarizeOneByOne($0) }, count: { countIntoBins($0, $1, &$2) })
}

private func summarizeOneByOne(_ values: Span<Float>) -> ValueSummary {
  var summary = ValueSummary()
  for index in values.indices {
    let value = values[index]
    guard value.isFinite else {
      if value.isNaN { summary.nanCount += 1 } else { summary.infinityCount += 1 }
      continue
    }
    summary.finiteCount += 1
    summary.minimum = min(summary.minimum, value)
    summary.maximum = max(summary.maximum, value)
  }
  return summary
}

private func countIntoBins(_ values: Span<Float>, _ binsPerUnit: Float, _ bins: inout MutableSpan<UInt64>) {
  let middle = bins.count / 2
  let limit = Float(middle)
  for index in values.indices {
    let value = values[index]
    let position = abs(value) * binsPerUnit
    guard position <= limit else { continue }
    let floor = Int(position)
    let bin = max(Float(floor) == position ? floor - 1 : floor, 0)
    bins[value < 0 ? middle - 1 - bin : middle + bin] += 1
  }
}
