import Quantization
import Testing

/// Expected percentiles: `numpy.percentile` (linear) of the same numbers, to within one bin of the histogram.
@Suite struct RangeEstimatorTests {
  static let even = CalibrationStatisticsTests.observing([CalibrationStatisticsTests.values])
  /// i² / 10⁶ for i = 1…20000, in float.
  static let squares = CalibrationStatisticsTests.observing([(1...20000).map { Float(Double($0 * $0) / 1e6) }])
  static let symmetric = QuantizationScheme.weightsPerTensor

  @Test func minMaxIsTheObservedRange() {
    #expect(MinMaxEstimator().range(of: Self.squares, for: .activations) == 1e-6...400)
    #expect(MinMaxEstimator().range(of: Self.squares, for: Self.symmetric) == -400...400)
  }

  @Test(arguments: [
    (99.99, 3.999849989902884e-06, 399.9599934555053, 399.920017425537),
    (99.9, 0.00012098949730715222, 399.60011764526377, 399.2004488830568),
    (99.0, 0.010199994677677751, 396.0102087402344, 392.0404043579101),
  ])
  func percentilesAgreeWithNumPy(_ percentile: Double, lower: Double, upper: Double, magnitude: Double) throws {
    let estimator = PercentileEstimator(percentile)
    let binWidth = try #require(Self.squares.histogram).binWidth
    let range = try #require(estimator.range(of: Self.squares, for: .activations))
    #expect(abs(Double(range.lowerBound) - lower) <= binWidth && abs(Double(range.upperBound) - upper) <= binWidth)
    let wide = try #require(estimator.range(of: Self.squares, for: Self.symmetric))
    #expect(wide.lowerBound == -wide.upperBound && abs(Double(wide.upperBound) - magnitude) <= binWidth)
  }

  @Test(arguments: [(99.99, 15.640625), (99.9, 15.625), (99, 15.484375), (90, 14.078125)])
  func bothTailsAreCutAlike(_ percentile: Double, bound: Double) throws {
    let range = try #require(PercentileEstimator(percentile).range(of: Self.even, for: .activations))
    #expect(abs(Double(range.upperBound) - bound) <= 0.0079 && abs(Double(range.lowerBound) + bound) <= 0.0079)
  }

  @Test func percentileNeverLeavesTheObservedRange() {
    let constant = CalibrationStatisticsTests.observing([[Float](repeating: 0.7, count: 50)])
    #expect(PercentileEstimator(99.99).range(of: constant, for: .activations) == 0.7...0.7)
    let one = CalibrationStatisticsTests.observing([[-3]])
    #expect(PercentileEstimator(100).range(of: one, for: .activations) == -3...(-3))
    #expect(PercentileEstimator(100).range(of: Self.squares, for: .activations) == 1e-6...400)
    #expect(PercentileEstimator(100).range(of: Self.squares, for: Self.symmetric) == -400...400)
  }

  @Test func oneOutlierInAMillionIsLeftOut() throws {
    var values = [Float](repeating: 0, count: 1_000_000)
    for index in values.indices { values[index] = Float(index % 1000) / 1000 }
    values[17] = 1000
    let statistics = CalibrationStatisticsTests.observing([values])
    let range = try #require(PercentileEstimator(99.99).range(of: statistics, for: .activations))
    #expect(range.upperBound < 1.5)
  }

  @Test func nothingObservedHasNoRange() {
    let nothing = CalibrationStatistics()
    for estimator in RangeEstimators.all {
      #expect(estimator.range(of: nothing, for: .activations) == nil)
    }
  }

  @Test func estimatorsAreFoundByName() {
    #expect(RangeEstimators.all.map(\.name) == ["minmax", "percentile-99.99", "percentile-99.999"])
    #expect(RangeEstimators.named("minmax") is MinMaxEstimator)
    #expect(RangeEstimators.named("median") == nil)
  }
}
