internal import CKernels

/// Counts and extremes of float32 numbers. Summaries of parts add up to that of the whole.
public struct NumericSummary: Sendable, Equatable {
  /// Numbers seen, those that are not finite included.
  public private(set) var count = 0
  public private(set) var nanCount = 0
  public private(set) var infinityCount = 0
  /// The smallest finite number; +infinity without any.
  public private(set) var minimum = Float.infinity
  /// The largest finite number; −infinity without any.
  public private(set) var maximum = -Float.infinity

  /// The summary of no numbers.
  public init() {}

  init(_ summary: ck_summary, count: Int) {
    self.count = count
    nanCount = Int(summary.nans)
    infinityCount = Int(summary.infinities)
    minimum = summary.smallest
    maximum = summary.largest
  }

  public var finiteCount: Int { count - nanCount - infinityCount }

  /// The largest magnitude of a finite number; 0 without any.
  public var absoluteMaximum: Float { finiteCount == 0 ? 0 : max(abs(minimum), abs(maximum)) }

  /// Adds the numbers of `other`.
  public mutating func merge(_ other: NumericSummary) {
    count += other.count
    nanCount += other.nanCount
    infinityCount += other.infinityCount
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
  }
}

/// A summary with the sums from which mean and spread follow.
public struct NumericMoments: Sendable, Equatable {
  public let summary: NumericSummary
  /// The sum of the finite numbers.
  public let sum: Double
  /// The sum of their squares.
  public let sumOfSquares: Double
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

  /// The summary of the columns `columns` of a matrix whose rows have `rowLength` numbers.
  public func summarize(_ input: Span<Float>, columns: Range<Int>, of rowLength: Int) -> NumericSummary {
    precondition(
      columns.lowerBound >= 0 && columns.upperBound <= rowLength && rowLength > 0 && input.count % rowLength == 0,
      "columns \(columns) of rows of \(rowLength) in \(input.count) elements")
    guard !columns.isEmpty, !input.isEmpty else { return NumericSummary() }
    let rows = input.count / rowLength
    let rowsPerPart = max(elementsPerChunk / columns.count, 1)
    let summaries = unsafe input.withUnsafeBufferPointer { input in
      nonisolated(unsafe) let first = unsafe input.baseAddress! + columns.lowerBound
      return mapParts(of: parts(of: rows, size: rowsPerPart), work: rows * columns.count * 2) { part in
        let (start, count) = (part * rowsPerPart, min(rowsPerPart, rows - part * rowsPerPart))
        return unsafe NumericSummary(
          ck_summarize_rows(tier.identifier, first + start * rowLength, count, columns.count, rowLength),
          count: count * columns.count)
      }
    }
    return summaries.reduce(into: NumericSummary()) { $0.merge($1) }
  }

  /// Measures an array on the calling thread alone.
  public func measure(_ input: Span<Float>) -> NumericMoments {
    let moments = unsafe input.withUnsafeBufferPointer { unsafe ck_measure(tier.identifier, $0.baseAddress, $0.count) }
    return NumericMoments(
      summary: NumericSummary(moments.summary, count: input.count), sum: moments.sum,
      sumOfSquares: moments.sum_of_squares)
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

  /// Adds to `bins`, of which there is an even count, how many numbers fall into each.
  ///
  /// Counted from the middle outwards, bin k of the second half takes the numbers x with k < x · `binsPerUnit` ≤ k + 1,
  /// computed in float32; the first half is its mirror image, for negative numbers. Zeros go to bin 0 of the second
  /// half. NaN and what lies beyond the bins, infinities included, goes to none. At most 2²⁴ bins on a side.
  public func addHistogram(of input: Span<Float>, binsPerUnit: Float, to bins: inout MutableSpan<UInt64>) {
    precondition(!bins.isEmpty && bins.count % 2 == 0 && bins.count <= 1 << 25, "a histogram of \(bins.count) bins")
    let count = input.count
    let parts = min(count / elementsPerChunk, mostHistogramParts)
    guard parts > 1 else { return addHistogram(part: input, binsPerUnit: binsPerUnit, to: &bins) }
    let binCount = bins.count
    let counts = unsafe input.withUnsafeBufferPointer { input in
      nonisolated(unsafe) let input = unsafe input
      return mapParts(of: parts, work: count * 4) { part in
        var counts = [UInt64](repeating: 0, count: binCount)
        var span = counts.mutableSpan
        let range = count * part / parts..<count * (part + 1) / parts
        addHistogram(part: unsafe input.extracting(range).span, binsPerUnit: binsPerUnit, to: &span)
        return counts
      }
    }
    for part in counts { for bin in bins.indices { bins[bin] += part[bin] } }
  }

  private func addHistogram(part: Span<Float>, binsPerUnit: Float, to bins: inout MutableSpan<UInt64>) {
    unsafe part.withUnsafeBufferPointer { part in
      unsafe bins.withUnsafeMutableBufferPointer { bins in
        unsafe ck_histogram(
          tier.identifier, part.baseAddress, part.count, binsPerUnit, bins.count / 2, bins.baseAddress)
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

/// Each part of a histogram has bins of its own, so that there should not be many.
private let mostHistogramParts = 8
