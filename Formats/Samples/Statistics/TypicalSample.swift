#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What most samples have in common, and how far a sample may be from it.
///
/// Medians and median absolute deviations are used, which a minority of odd samples cannot move. Times 1.4826, such a
/// deviation estimates the standard deviation of normally distributed values. A sample is unlike the rest if its mean
/// lies more than 8 such deviations from the median mean, or the logarithm (base 2) of its spread as far from the
/// median one. The deviations are taken to be at least a tenth of the median spread, and 1/2: samples that are almost
/// equal to one another do not make small differences look large.
struct TypicalSample {
  private let mean: Double
  private let meanDeviation: Double
  private let spread: Double
  private let logarithmDeviation: Double

  /// Fewer samples say nothing about what is usual.
  private static let fewestSamples = 8
  private static let farthest = 8.0
  private static let normalConsistency = 1.4826

  /// nil where there are too few samples to compare, or most are constant.
  init?(_ samples: [ElementStatistics]) {
    let comparable = samples.filter(Self.isComparable)
    guard comparable.count >= Self.fewestSamples else { return nil }
    let means = comparable.map(\.mean)
    let spreads = comparable.map(\.standardDeviation)
    mean = median(means)
    spread = median(spreads)
    meanDeviation = max(Self.deviation(means), spread / 10)
    logarithmDeviation = max(Self.deviation(spreads.map { log2($0) }), 0.5)
  }

  func isUnlike(_ sample: ElementStatistics) -> Bool {
    guard Self.isComparable(sample) else { return false }
    return abs(sample.mean - mean) > Self.farthest * meanDeviation
      || abs(log2(sample.standardDeviation / spread)) > Self.farthest * logarithmDeviation
  }

  /// How a sample differs: `sample 3 has mean 120 and standard deviation 70, where 0.45 and 0.3 are usual`.
  func comparison(_ sample: ElementStatistics, number: Int) -> String {
    "sample \(number) has mean \(rounded(sample.mean)) and standard deviation \(rounded(sample.standardDeviation)), "
      + "where \(rounded(mean)) and \(rounded(spread)) are usual"
  }

  /// Constant samples and those that are not finite have warnings of their own.
  private static func isComparable(_ sample: ElementStatistics) -> Bool {
    sample.isFinite && sample.standardDeviation > 0
  }

  private static func deviation(_ values: [Double]) -> Double {
    let center = median(values)
    return normalConsistency * median(values.map { abs($0 - center) })
  }
}

/// The middle of the values in order, or the mean of the two in the middle.
private func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// The number with four significant digits.
private func rounded(_ number: Double) -> String {
  guard number != 0 else { return "0" }
  let digits = 3 - Int(floor(log10(abs(number))))
  let power = pow(10, Double(abs(digits)))
  let result = digits >= 0 ? (number * power).rounded() / power : (number / power).rounded() * power
  return result == result.rounded() && abs(result) < 1e15 ? "\(Int(result))" : "\(result)"
}
