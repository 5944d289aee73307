import Quantization
import Testing

@Suite struct CalibrationStatisticsTests {
  /// 10,007 multiples of 1/64 from −15.640625 to 15.640625, in no order.
  static let values: [Float] = (0..<10007).map { Float(($0 * 7919) % 2003 - 1001) / 64 }

  static func observing(_ groups: [[Float]]) -> CalibrationStatistics {
    var statistics = CalibrationStatistics()
    for group in groups { statistics.observe(group.span) }
    return statistics
  }

  /// NumPy 2.4 on the same numbers in float64.
  @Test func summaryAgreesWithNumPy() {
    let summary = Self.observing([Self.values]).summary
    #expect(summary.finiteCount == 10007 && summary.count == 10007)
    #expect(summary.range == -15.640625...15.640625)
  }

  /// The bin of x, counted outwards from the middle, is max(ceil(|x| / 2⁻⁷) − 1, 0): computed with NumPy.
  @Test func histogramAgreesWithNumPy() throws {
    let histogram = try #require(Self.observing([Self.values]).histogram)
    #expect(histogram.exponent == 4 && histogram.binWidth == 0.0078125)
    #expect(histogram.bins.count == 4096 && histogram.count == 10007)
    let probed = [46, 47, 48, 2040, 2047, 2048, 2049, 2055, 4000, 4048, 4049]
    #expect(probed.map { histogram.bins[$0] } == [5, 0, 5, 5, 0, 5, 5, 5, 0, 0, 5])
    #expect(histogram.bins.enumerated().reduce(0) { $0 + UInt64($1.offset) * $1.element } == 20_498_651)
    #expect(histogram.lowerEdge(of: 0) == -16 && histogram.lowerEdge(of: 4096) == 16)
  }

  @Test func groupingAndOrderDoNotChangeTheHistogram() {
    let whole = Self.observing([Self.values])
    let sorted = Self.values.sorted { abs($0) < abs($1) }
    let grown = Self.observing(stride(from: 0, to: sorted.count, by: 13).map { Array(sorted[$0...].prefix(13)) })
    var merged = Self.observing([Array(sorted.prefix(5000))])
    merged.merge(Self.observing([Array(sorted.dropFirst(5000))]))
    var reversed = Self.observing([Array(sorted.dropFirst(5000))])
    reversed.merge(Self.observing([Array(sorted.prefix(5000))]))
    for other in [grown, merged, reversed] { #expect(other == whole) }
  }

  @Test func numbersThatAreNotFiniteAreCountedApart() {
    var values = Self.values
    values[3] = .nan
    values[4] = .infinity
    values[5] = -.infinity
    values[10006] = .nan
    let statistics = Self.observing([values])
    #expect(statistics.summary.nanCount == 2 && statistics.summary.infinityCount == 2)
    #expect(statistics.summary.finiteCount == 10003 && statistics.histogram?.count == 10003)
    #expect(statistics.summary.range == -15.640625...15.640625)
  }

  @Test func nothingObservedHasNoRange() {
    let statistics = Self.observing([[], [.nan, .infinity]])
    #expect(statistics.summary.range == nil && statistics.histogram == nil)
  }

  @Test func constantsHaveARangeOfNoWidth() {
    let statistics = Self.observing([[Float](repeating: 0.1, count: 1000)])
    #expect(statistics.summary.range == 0.1...0.1)
    #expect(statistics.histogram?.count == 1000)
  }

  @Test func zerosGrowLikeAnyOtherNumber() {
    let apart = Self.observing([[0, 0, -0.0], [5], [.leastNonzeroMagnitude]])
    let together = Self.observing([[5, .leastNonzeroMagnitude, 0, 0, -0.0]])
    #expect(apart == together)
    #expect(apart.histogram?.bins[Histogram.binsPerSide] == 4)
  }

  @Test func extremeMagnitudesFitTheHistogram() throws {
    let statistics = Self.observing([[.leastNonzeroMagnitude, -1e-38], [-1e36], [Float.greatestFiniteMagnitude]])
    let histogram = try #require(statistics.histogram)
    #expect(histogram.exponent == 128 && histogram.count == 4)
    #expect(histogram.bins[4095] == 1 && histogram.bins[2048] == 1 && histogram.bins[2047] == 1)
    #expect(statistics == Self.observing([[.leastNonzeroMagnitude, -1e-38, -1e36, .greatestFiniteMagnitude]]))
  }

  @Test func powerOfTwoLiesInTheLastBin() throws {
    let histogram = try #require(Self.observing([[1, -1, 0.5]]).histogram)
    #expect(histogram.exponent == 0)
    #expect(histogram.bins[4095] == 1 && histogram.bins[0] == 1 && histogram.bins[2048 + 1023] == 1)
    #expect(histogram.magnitudeBins[2047] == 2 && histogram.magnitudeBins[1023] == 1)
  }

  @Test func histogramIsLeftOutOnRequest() {
    var statistics = CalibrationStatistics(keepsHistogram: false)
    statistics.observe(Self.values.span)
    #expect(statistics.histogram == nil && statistics.summary.finiteCount == 10007)
  }
}
