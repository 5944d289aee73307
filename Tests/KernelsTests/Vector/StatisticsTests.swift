import Kernels
import Testing

@Suite struct StatisticsTests {
  @Test func summaryCountsAndMeasuresFiniteNumbersOnly() {
    let input: [Float] = [3, -4, .nan, .infinity, -.infinity, 0.5, -.nan]
    for compute in Compute.all {
      let summary = compute.summarize(input.span)
      #expect(summary.count == 7)
      #expect(summary.nanCount == 2)
      #expect(summary.infinityCount == 2)
      #expect(summary.finiteCount == 3)
      #expect(summary.minimum == -4)
      #expect(summary.maximum == 3)
      #expect(summary.absoluteMaximum == 4)
      #expect(summary.sum == -0.5)
      #expect(summary.sumOfSquares == 25.25)
    }
  }

  @Test func summaryOfNothingIsEmpty() {
    for compute in Compute.all {
      let summary = compute.summarize([Float]().span)
      #expect(summary == NumericSummary())
      #expect(summary.minimum == .infinity)
      #expect(summary.absoluteMaximum == 0)
    }
  }

  @Test func absentTailLanesAreNoZeros() {
    for compute in Compute.all {
      #expect(compute.summarize(([5, 6, 7] as [Float]).span).minimum == 5)
      #expect(compute.summarize(([-5, -6, -7] as [Float]).span).maximum == -5)
    }
  }

  @Test(arguments: vectorLengths + [70_000, 200_000]) func everyTierSumsInTheSameOrder(length: Int) {
    var numbers = TestNumbers(seed: 11)
    let a = numbers.floats(length)
    let b = numbers.floats(length)
    let summary = Compute.reference.summarize(a.span)
    let difference = Compute.reference.compare(a.span, b.span)
    #expect(abs(summary.sum - a.reduce(0) { $0 + Double($1) }) < 1e-9)
    for compute in Compute.fast {
      #expect(compute.summarize(a.span) == summary)
      #expect(compute.compare(a.span, b.span) == difference)
    }
  }

  @Test func differenceIsMeasuredOnFinitePairs() {
    let a: [Float] = [1, 2, -3, .nan, .infinity, .infinity, 5, .nan]
    let b: [Float] = [1.5, 2, 1, .nan, .infinity, -.infinity, .nan, 0]
    for compute in Compute.all {
      let difference = compute.compare(a.span, b.span)
      #expect(difference.count == 8)
      #expect(difference.mismatchCount == 3)
      #expect(difference.maximumAbsolute == 4)
      #expect(difference.sumOfAbsolute == 4.5)
      #expect(difference.sumOfSquares == 16.25)
      #expect(difference.firstSumOfSquares == 14)
      #expect(difference.secondSumOfSquares == 7.25)
      #expect(difference.dotProduct == 2.5)
    }
  }

  @Test func histogramClampsToTheOuterPartsAndSkipsNaN() {
    let input: [Float] = [-9, 0, 0.99, 1, 2.5, 3.999, 4, 100, .infinity, -.infinity, .nan]
    for compute in Compute.all {
      var counts = [UInt64](repeating: 1, count: 4)
      var span = counts.mutableSpan
      compute.addHistogram(of: input.span, over: 0...4, to: &span)
      #expect(counts == [5, 2, 2, 5])
    }
  }

  @Test(arguments: [7, 2048, 3000]) func histogramsOfManyNumbersAgree(parts: Int) {
    var numbers = TestNumbers(seed: 5)
    let input = numbers.floats(30_003, in: -3...3) + awkwardNumbers
    var expected = [UInt64](repeating: 0, count: parts)
    for number in input where !number.isNaN {
      let part = ((number - -2) * (Float(parts) / (2.5 - -2))).rounded(.down)
      expected[Int(min(max(part, 0), Float(parts - 1)))] += 1
    }
    for compute in Compute.all {
      var counts = [UInt64](repeating: 0, count: parts)
      var span = counts.mutableSpan
      compute.addHistogram(of: input.span, over: -2...2.5, to: &span)
      #expect(counts == expected)
    }
  }

  @Test(arguments: [(1, 3, 5), (2, 3, 1), (3, 20, 1), (2, 5, 40), (1, 1, 70)])
  func channelRangesWidenByFiniteNumbers(outer: Int, channels: Int, inner: Int) {
    var numbers = TestNumbers(seed: 2)
    var input = numbers.floats(outer * channels * inner)
    input[0] = .nan
    input[input.count - 1] = .infinity
    var expectedMinima = [Float](repeating: -1, count: channels)
    var expectedMaxima = [Float](repeating: 1, count: channels)
    for (index, number) in input.enumerated() where number.isFinite {
      let channel = index / inner % channels
      expectedMinima[channel] = min(expectedMinima[channel], number)
      expectedMaxima[channel] = max(expectedMaxima[channel], number)
    }
    for compute in Compute.all {
      var minima = [Float](repeating: -1, count: channels)
      var maxima = [Float](repeating: 1, count: channels)
      var minimaSpan = minima.mutableSpan
      var maximaSpan = maxima.mutableSpan
      compute.widenRanges(by: input.span, inner: inner, minima: &minimaSpan, maxima: &maximaSpan)
      #expect(minima == expectedMinima)
      #expect(maxima == expectedMaxima)
    }
  }
}
