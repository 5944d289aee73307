/// How often numbers fell into each of 4,096 equal bins that cover −2ᵉ…2ᵉ.
///
/// When a number lies outside, e grows and neighbouring bins are added in pairs; memory stays the same. Because every
/// bin width is a power of two, the result is the same whatever the order and grouping of the numbers: histograms of
/// parts merge to exactly the histogram of the whole. At least half of the bins always lie within −m…m, m being the
/// largest magnitude seen.
///
/// Counted from the middle outwards, bin k of the positive half holds the numbers in (k·w, (k+1)·w], w being the bin
/// width; the negative half is its mirror image. Zero counts as positive and lies in bin 0.
public struct Histogram: Hashable, Sendable {
  /// Bins on each side of zero.
  public static let binsPerSide = 2048

  /// The bins cover −2ᵉ…2ᵉ, e being this.
  public private(set) var exponent: Int

  /// Counts from −2ᵉ to 2ᵉ; the bin at index `binsPerSide` is the first of the positive half.
  public private(set) var bins: [UInt64]

  /// The least exponent in use. Smaller numbers all fall into the innermost bins.
  private static let leastExponent = -100

  /// Makes an empty histogram just wide enough for numbers of this magnitude.
  public init(largestMagnitude: Float) {
    exponent = Self.exponent(covering: largestMagnitude)
    bins = [UInt64](repeating: 0, count: 2 * Self.binsPerSide)
  }

  /// The width of one bin.
  public var binWidth: Double { Double(sign: .plus, exponent: exponent - 11, significand: 1) }

  /// The real number at which bin `index` begins; `lowerEdge(of: bins.count)` is where the last one ends.
  public func lowerEdge(of index: Int) -> Double { Double(index - Self.binsPerSide) * binWidth }

  /// How many numbers were counted.
  public var count: UInt64 { bins.reduce(0, +) }

  /// Counts of magnitudes: bin k holds the numbers with k·w < |x| ≤ (k+1)·w.
  public var magnitudeBins: [UInt64] {
    (0..<Self.binsPerSide).map { bins[Self.binsPerSide + $0] + bins[Self.binsPerSide - 1 - $0] }
  }

  /// Adds numbers, none of which exceeds `largestMagnitude`. NaN and infinities are passed over.
  mutating func add(_ values: Span<Float>, largestMagnitude: Float, using kernels: StatisticsKernels) {
    widen(to: Self.exponent(covering: largestMagnitude))
    let binsPerUnit = Float(sign: .plus, exponent: 11 - exponent, significand: 1)
    var span = bins.mutableSpan
    kernels.count(values, binsPerUnit, &span)
  }

  /// Adds what another histogram counted.
  mutating func merge(_ other: Histogram) {
    var other = other
    widen(to: other.exponent)
    other.widen(to: exponent)
    for index in bins.indices { bins[index] += other.bins[index] }
  }

  /// Doubles the range until it reaches ±2^`target`, each time adding bins in pairs from the middle outwards.
  private mutating func widen(to target: Int) {
    while exponent < target {
      let middle = Self.binsPerSide
      for bin in 0..<Self.binsPerSide {
        let (inner, isKept) = (2 * bin, bin < Self.binsPerSide / 2)
        bins[middle + bin] = isKept ? bins[middle + inner] + bins[middle + inner + 1] : 0
        bins[middle - 1 - bin] = isKept ? bins[middle - 1 - inner] + bins[middle - 2 - inner] : 0
      }
      exponent += 1
    }
  }

  /// The least e with magnitude ≤ 2ᵉ.
  private static func exponent(covering magnitude: Float) -> Int {
    guard magnitude > 0 else { return leastExponent }
    return max(Int(magnitude.exponent) + (magnitude.significand == 1 ? 0 : 1), leastExponent)
  }
}
