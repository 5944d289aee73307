/// Counts and extremes of numbers seen. Summaries of parts add up to exactly that of the whole.
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

  public init() {}

  /// A summary computed elsewhere, by a faster kernel.
  public init(finiteCount: UInt64, nanCount: UInt64, infinityCount: UInt64, minimum: Float, maximum: Float) {
    self.finiteCount = finiteCount
    self.nanCount = nanCount
    self.infinityCount = infinityCount
    self.minimum = minimum
    self.maximum = maximum
  }

  /// How many numbers there were, finite or not.
  public var count: UInt64 { finiteCount + nanCount + infinityCount }

  /// From the smallest finite number to the largest; nil where there is none. A bound of −0 reads as 0.
  public var range: ClosedRange<Float>? {
    finiteCount > 0 ? minimum + 0...maximum + 0 : nil
  }

  /// Adds the numbers that `other` saw.
  public mutating func merge(_ other: ValueSummary) {
    finiteCount += other.finiteCount
    nanCount += other.nanCount
    infinityCount += other.infinityCount
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
  }
}
