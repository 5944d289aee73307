internal import CKernels

/// What one pass over float32 numbers finds. Summaries of parts add up to that of the whole.
public struct NumericSummary: Sendable, Equatable {
  /// Numbers seen, those that are not finite included.
  public private(set) var count = 0
  public private(set) var nanCount = 0
  public private(set) var infinityCount = 0
  /// The smallest finite number; +infinity without any.
  public private(set) var minimum = Float.infinity
  /// The largest finite number; −infinity without any.
  public private(set) var maximum = -Float.infinity
  /// The sum of the finite numbers.
  public private(set) var sum = 0.0
  /// The sum of the squares of the finite numbers.
  public private(set) var sumOfSquares = 0.0

  /// The summary of no numbers.
  public init() {}

  init(_ summary: ck_summary, count: Int) {
    self.count = count
    nanCount = Int(summary.nans)
    infinityCount = Int(summary.infinities)
    minimum = summary.smallest
    maximum = summary.largest
    sum = summary.sum
    sumOfSquares = summary.sum_of_squares
  }

  public var finiteCount: Int { count - nanCount - infinityCount }

  /// The largest magnitude of a finite number; 0 without any.
  public var absoluteMaximum: Float { finiteCount == 0 ? 0 : max(abs(minimum), abs(maximum)) }

  /// Adds the numbers of `other`, which come after these.
  public mutating func merge(_ other: NumericSummary) {
    count += other.count
    nanCount += other.nanCount
    infinityCount += other.infinityCount
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
    sum += other.sum
    sumOfSquares += other.sumOfSquares
  }
}

/// How two float32 arrays differ. Pairs with a number that is not finite enter none of the sums.
public struct NumericDifference: Sendable, Equatable {
  /// Pairs compared.
  public private(set) var count = 0
  /// Pairs not both finite that are neither both NaN nor the same infinity.
  public private(set) var mismatchCount = 0
  /// The largest |a − b|.
  public private(set) var maximumAbsolute = 0.0
  /// The sum of |a − b|.
  public private(set) var sumOfAbsolute = 0.0
  /// The sum of (a − b)².
  public private(set) var sumOfSquares = 0.0
  /// The sum of a².
  public private(set) var firstSumOfSquares = 0.0
  /// The sum of b².
  public private(set) var secondSumOfSquares = 0.0
  /// The sum of a · b.
  public private(set) var dotProduct = 0.0

  /// The difference of no numbers.
  public init() {}

  init(_ difference: ck_difference, count: Int) {
    self.count = count
    mismatchCount = Int(difference.mismatches)
    maximumAbsolute = difference.largest_absolute
    sumOfAbsolute = difference.sum_of_absolute
    sumOfSquares = difference.sum_of_squares
    firstSumOfSquares = difference.sum_of_squares_a
    secondSumOfSquares = difference.sum_of_squares_b
    dotProduct = difference.dot_product
  }

  /// Adds the pairs of `other`, which come after these.
  public mutating func merge(_ other: NumericDifference) {
    count += other.count
    mismatchCount += other.mismatchCount
    maximumAbsolute = max(maximumAbsolute, other.maximumAbsolute)
    sumOfAbsolute += other.sumOfAbsolute
    sumOfSquares += other.sumOfSquares
    firstSumOfSquares += other.firstSumOfSquares
    secondSumOfSquares += other.secondSumOfSquares
    dotProduct += other.dotProduct
  }
}

/// Statistics in one pass. Results depend neither on the tier nor on the number of threads.
///
/// The variants on bytes read little-endian float32 at any address, such as that of a mapped file.
extension Compute {
  public func summarize(_ input: Span<Float>) -> NumericSummary { unsafe summarize(bytes: input.bytes) }

  public func summarize(bytes: RawSpan) -> NumericSummary {
    let count = elementCount(of: bytes)
    let parts = unsafe bytes.withUnsafeBytes { buffer in
      nonisolated(unsafe) let base = buffer.baseAddress
      return mapChunks(of: count, cost: 2) { range in
        unsafe NumericSummary(
          ck_summarize(tier.identifier, base! + range.lowerBound * 4, range.count), count: range.count)
      }
    }
    return parts.reduce(into: NumericSummary()) { $0.merge($1) }
  }

  /// Compares two arrays of equally many numbers.
  public func compare(_ a: Span<Float>, _ b: Span<Float>) -> NumericDifference {
    unsafe compare(bytes: a.bytes, b.bytes)
  }

  public func compare(bytes a: RawSpan, _ b: RawSpan) -> NumericDifference {
    precondition(a.byteCount == b.byteCount, "comparison of \(a.byteCount) with \(b.byteCount) bytes")
    let count = elementCount(of: a)
    let parts = unsafe a.withUnsafeBytes { a in
      unsafe b.withUnsafeBytes { b in
        nonisolated(unsafe) let bases = (a.baseAddress, b.baseAddress)
        return mapChunks(of: count, cost: 4) { range in
          let offset = range.lowerBound * 4
          return unsafe NumericDifference(
            ck_compare(tier.identifier, bases.0! + offset, bases.1! + offset, range.count), count: range.count)
        }
      }
    }
    return parts.reduce(into: NumericDifference()) { $0.merge($1) }
  }

  /// Adds to `counts` how many numbers fall into each of as many equal parts of `range` as `counts` has elements:
  /// number x into part floor((x − lower) · (parts / (upper − lower))), computed in float32.
  ///
  /// What lies outside, infinities included, goes to the first or last part; NaN goes to none. The width of the range
  /// must be positive and finite; at most 2²⁴ parts.
  public func addHistogram(
    of input: Span<Float>, over range: ClosedRange<Float>, to counts: inout MutableSpan<UInt64>
  ) {
    let width = range.upperBound - range.lowerBound
    precondition(width > 0 && width.isFinite, "a histogram over \(range)")
    precondition(!counts.isEmpty && counts.count <= 1 << 24, "a histogram of \(counts.count) parts")
    unsafe input.withUnsafeBufferPointer { input in
      unsafe counts.withUnsafeMutableBufferPointer { counts in
        unsafe ck_histogram(
          tier.identifier, input.baseAddress, input.count, range.lowerBound, range.upperBound, counts.count,
          counts.baseAddress)
      }
    }
  }

  /// Widens `minima` and `maxima`, one of each per channel, by the finite numbers of an array [outer][channels][inner],
  /// where channels is the length of both and outer follows from the length of `input`.
  public func widenRanges(
    by input: Span<Float>, inner: Int, minima: inout MutableSpan<Float>, maxima: inout MutableSpan<Float>
  ) {
    let channels = minima.count
    precondition(channels > 0 && maxima.count == channels && inner >= 0, "ranges of \(channels) channels of \(inner)")
    guard !input.isEmpty else { return }
    let outer = input.count / max(channels * inner, 1)
    precondition(outer * channels * inner == input.count, "\(input.count) elements in \(channels) channels of \(inner)")
    unsafe input.withUnsafeBufferPointer { input in
      unsafe minima.withUnsafeMutableBufferPointer { minima in
        unsafe maxima.withUnsafeMutableBufferPointer { maxima in
          unsafe ck_channel_ranges(
            tier.identifier, input.baseAddress, outer, channels, inner, minima.baseAddress, maxima.baseAddress)
        }
      }
    }
  }

  private func elementCount(of bytes: RawSpan) -> Int {
    precondition(bytes.byteCount % 4 == 0, "\(bytes.byteCount) bytes of float32")
    return bytes.byteCount / 4
  }
}
