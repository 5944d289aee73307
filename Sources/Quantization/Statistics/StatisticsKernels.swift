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

  /// Plain Swift.
  public static let portable = StatisticsKernels(summarize: { summarizeInLanes($0) }, count: { countIntoBins($0, $1, &$2) })
}

/// Eight sums side by side, so that additions need not wait for one another.
private func summarizeInLanes(_ values: Span<Float>) -> ValueSummary {
  let lanes = 8
  var minimum = SIMD8<Float>(repeating: .infinity)
  var maximum = SIMD8<Float>(repeating: -.infinity)
  var sum = SIMD8<Double>()
  var sumOfSquares = SIMD8<Double>()
  var summary = ValueSummary()
  let whole = values.count - values.count % lanes
  for start in stride(from: 0, to: whole, by: lanes) {
    var block = SIMD8<Float>()
    for lane in 0..<lanes { block[lane] = values[start + lane] }
    // x − x is 0 exactly for finite x.
    if any((block - block) .!= 0) {
      addOneByOne(values.extracting(start..<start + lanes), to: &summary)
      continue
    }
    let wide = SIMD8<Double>(block)
    minimum = pointwiseMin(minimum, block)
    maximum = pointwiseMax(maximum, block)
    sum += wide
    sumOfSquares += wide * wide
    summary.finiteCount += UInt64(lanes)
  }
  addOneByOne(values.extracting(whole..<values.count), to: &summary)
  summary.minimum = min(summary.minimum, minimum.min())
  summary.maximum = max(summary.maximum, maximum.max())
  summary.sum += sum.sum()
  summary.sumOfSquares += sumOfSquares.sum()
  return summary
}

private func addOneByOne(_ values: Span<Float>, to summary: inout ValueSummary) {
  for index in values.indices {
    let value = values[index]
    guard value.isFinite else {
      if value.isNaN { summary.nanCount += 1 } else { summary.infinityCount += 1 }
      continue
    }
    summary.finiteCount += 1
    summary.minimum = min(summary.minimum, value)
    summary.maximum = max(summary.maximum, value)
    summary.sum += Double(value)
    summary.sumOfSquares += Double(value) * Double(value)
  }
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
