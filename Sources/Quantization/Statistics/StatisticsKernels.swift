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
  public static let portable = StatisticsKernels(
    summarize: { summarizeInBlocks($0) }, count: { countIntoBins($0, $1, &$2) })
}

/// Values are summarized in blocks: quickly where all are finite, else one by one.
private func summarizeInBlocks(_ values: Span<Float>) -> ValueSummary {
  let blockSize = 4096
  var summary = ValueSummary()
  for start in stride(from: 0, to: values.count, by: blockSize) {
    let block = values.extracting(start..<min(start + blockSize, values.count))
    if let finite = summarizeFinite(block) {
      summary.merge(finite)
    } else {
      addOneByOne(block, to: &summary)
    }
  }
  return summary
}

/// Keeps several minima, maxima and sums side by side, so that no operation waits for the one before. Gives nil where
/// a value is not finite.
private func summarizeFinite(_ values: Span<Float>) -> ValueSummary? {
  var minimum = SIMD8<Float>(repeating: .infinity)
  var maximum = SIMD8<Float>(repeating: -.infinity)
  var sum = SIMD4<Double>()
  var sumOfSquares = SIMD4<Double>()
  var differences = SIMD8<Float>()
  let whole = values.count - values.count % 8
  for first in stride(from: 0, to: whole, by: 8) {
    let eight = SIMD8<Float>(
      values[first], values[first + 1], values[first + 2], values[first + 3], values[first + 4], values[first + 5],
      values[first + 6], values[first + 7])
    // x − x is 0 for finite x and NaN for all others.
    differences += eight - eight
    minimum.replace(with: eight, where: eight .< minimum)
    maximum.replace(with: eight, where: eight .> maximum)
    let (low, high) = (SIMD4<Double>(eight.lowHalf), SIMD4<Double>(eight.highHalf))
    sum += low + high
    sumOfSquares += low * low + high * high
  }
  guard differences.sum() == 0 else { return nil }
  var summary = ValueSummary(
    finiteCount: UInt64(whole), nanCount: 0, infinityCount: 0, minimum: minimum.min(), maximum: maximum.max(),
    sum: sum.sum(), sumOfSquares: sumOfSquares.sum())
  addOneByOne(values.extracting(whole..<values.count), to: &summary)
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
