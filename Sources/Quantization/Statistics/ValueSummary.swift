/// Counts, extremes and sums of numbers seen. Summaries of parts add up to that of the whole.
///
/// Counts and extremes do not depend on how the numbers are grouped. The sums are in double precision and may differ
/// in their last bits; merging parts in a fixed order gives fixed bits.
public struct ValueSummary: Hashable, Sendable {
  /// How many finite numbers there were.
  public internal(set) var finiteCount: UInt64 = 0
  public internal(set) var nanCount: UInt64 = 0
  /// How many were plus or minus infinity.
  public internal(set) var infinityCount: UInt64 = 0
  /// The smallest finite number; infinity where there is none.
  public internal(set) var minimum: Float = .infinity
  /// The largest finite number; minus infinity where there is none.
  public internal(set) var maximum: Float = -.infinity
  /// The sum of the finite numbers.
  public internal(set) var sum: Double = 0
  /// The sum of the finite numbers' squares.
  public internal(set) var sumOfSquares: Double = 0

  public init() {}

  /// A summary computed elsewhere, by a faster kernel.
  public init(
    finiteCount: UInt64, nanCount: UInt64, infinityCount: UInt64, minimum: Float, maximum: Float, sum: Double,
    sumOfSquares: Double
  ) {
    self.finiteCount = finiteCount
    self.nanCount = nanCount
    self.infinityCount = infinityCount
    self.minimum = minimum
    self.maximum = maximum
    self.sum = sum
    self.sumOfSquares = sumOfSquares
  }

  /// How many numbers there were, finite or not.
  public var count: UInt64 { finiteCount + nanCount + infinityCount }

  /// From the smallest finite number to the largest; nil where there is none. A bound of −0 reads as 0.
  public var range: ClosedRange<Float>? {
    finiteCount > 0 ? minimum + 0...maximum + 0 : nil
  }

  /// The mean of the finite numbers; 0 where there is none.
  public var mean: Double { finiteCount > 0 ? sum / Double(finiteCount) : 0 }

  /// The standard deviation of the finite numbers, dividing by their count; 0 where there is none.
  public var standardDeviation: Double {
    guard finiteCount > 0, minimum < maximum else { return 0 }
    return max(sumOfSquares / Double(finiteCount) - mean * mean, 0).squareRoot()
  }

  /// Adds the numbers that `other` saw.
  public mutating func merge(_ other: ValueSummary) {
    finiteCount += other.finiteCount
    nanCount += other.nanCount
    infinityCount += other.infinityCount
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
    sum += other.sum
    sumOfSquares += other.sumOfSquares
  }
}
