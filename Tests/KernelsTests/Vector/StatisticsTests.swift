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

  @Test(arguments: vectorLengths + [70_000, 200_000]) func summariesOfManyNumbersAgree(length: Int) {
    var numbers = TestNumbers(seed: 11)
    let finite = numbers.floats(length)
    var mixed = finite
    for index in stride(from: length / 3, to: length, by: 29) {
      mixed[index] = awkwardNumbers[index % awkwardNumbers.count]
    }
    for input in [finite, mixed] {
      let expected = input.filter(\.isFinite)
      for compute in Compute.all {
        let summary = compute.summarize(input.span)
        #expect(summary.count == length && summary.finiteCount == expected.count)
        #expect(summary.nanCount == input.count(where: \.isNaN))
        #expect(summary.minimum == expected.min() ?? .infinity)
        #expect(summary.maximum == expected.max() ?? -.infinity)
      }
    }
  }

  @Test(arguments: [1, 15, 16, 31, 32, 33, 64, 100]) func oneNumberThatIsNotFiniteIsFoundAnywhere(length: Int) {
    for compute in Compute.all {
      for (index, fault) in (0..<length).flatMap({ index in [Float.nan, .infinity, -.infinity].map { (index, $0) } }) {
        var input = [Float](repeating: 1, count: length)
        input[index] = fault
        let summary = compute.summarize(input.span)
        #expect(summary.nanCount == (fault.isNaN ? 1 : 0) && summary.infinityCount == (fault.isNaN ? 0 : 1))
        #expect(summary.finiteCount == length - 1)
        #expect(summary.minimum == (length > 1 ? 1 : .infinity) && summary.maximum == (length > 1 ? 1 : -.infinity))
      }
    }
  }

  @Test(arguments: [
    (5, 40, 0..<16), (3, 40, 16..<40), (7, 35, 3..<34), (4000, 50, 1..<50), (9, 1, 0..<1), (4, 8, 2..<2),
  ])
  func columnsAreSummarizedByThemselves(rows: Int, rowLength: Int, columns: Range<Int>) {
    var numbers = TestNumbers(seed: 17)
    let finite = numbers.floats(rows * rowLength)
    var mixed = finite
    for index in stride(from: 1, to: mixed.count, by: 7) {
      mixed[index] = awkwardNumbers[index % awkwardNumbers.count]
    }
    // Numbers beside the columns must not be seen.
    let outside = finite.enumerated().map { columns.contains($0.offset % rowLength) ? $0.element : .nan }
    for input in [finite, mixed, outside] {
      let seen = input.enumerated().filter { columns.contains($0.offset % rowLength) }.map(\.element)
      let expected = seen.filter(\.isFinite)
      for compute in Compute.all {
        let summary = compute.summarize(input.span, columns: columns, of: rowLength)
        #expect(summary.count == seen.count && summary.finiteCount == expected.count)
        #expect(summary.nanCount == seen.count(where: \.isNaN))
        #expect(summary.minimum == expected.min() ?? .infinity)
        #expect(summary.maximum == expected.max() ?? -.infinity)
      }
    }
  }

  @Test(arguments: vectorLengths + [70_000]) func momentsAreThoseOfTheFiniteNumbers(length: Int) {
    var numbers = TestNumbers(seed: 13)
    let finite = numbers.floats(length)
    var mixed = finite
    for index in stride(from: length / 3, to: length, by: 29) {
      mixed[index] = awkwardNumbers[index % awkwardNumbers.count]
    }
    for input in [finite, mixed] {
      let seen = input.filter(\.isFinite).map(Double.init)
      let (sum, squares) = (seen.reduce(0, +), seen.reduce(0) { $0 + $1 * $1 })
      let reference = Compute.reference.measure(input.span)
      #expect(abs(reference.sum - sum) <= 1e-12 * seen.reduce(0) { $0 + abs($1) })
      #expect(abs(reference.sumOfSquares - squares) <= 1e-12 * squares)
      for compute in Compute.all {
        let moments = compute.measure(input.span)
        #expect(moments == reference && moments.summary == compute.summarize(input.span))
      }
    }
  }

  @Test func extremesThatAreZeroArePositive() {
    for compute in Compute.all {
      for input: [Float] in [[-0.0], [0, -0.0], [-0.0, 0], [Float](repeating: -0.0, count: 40), [-0.0, .nan]] {
        let summary = compute.summarize(input.span)
        #expect(summary.minimum.sign == .plus && summary.maximum.sign == .plus)
      }
    }
  }

  @Test(arguments: vectorLengths + [70_000, 200_000]) func everyTierComparesInTheSameOrder(length: Int) {
    var numbers = TestNumbers(seed: 11)
    let a = numbers.floats(length)
    let b = numbers.floats(length)
    let difference = Compute.reference.compare(a.span, b.span)
    let sumOfSquares = a.reduce(0) { $0 + Double($1) * Double($1) }
    #expect(abs(difference.firstSumOfSquares - sumOfSquares) <= 1e-12 * sumOfSquares)
    for compute in Compute.fast { #expect(compute.compare(a.span, b.span) == difference) }
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

  /// Two bins per unit, three on each side: the edges are −1.5, −1, −0.5, 0, 0.5, 1 and 1.5.
  @Test func histogramCountsFromTheMiddleOutwards() {
    let input: [Float] = [
      0, -0.0, 0.25, 0.5, 0.51, 1, 1.25, 1.5, -1.0e-40, -0.5, -0.51, -1.5, 1.51, -9, .infinity, -.infinity, .nan,
    ]
    for compute in Compute.all {
      var counts: [UInt64] = [1, 1, 1, 1, 1, 1]
      var span = counts.mutableSpan
      compute.addHistogram(of: input.span, binsPerUnit: 2, to: &span)
      #expect(counts == [2, 2, 3, 5, 3, 3])
    }
  }

  @Test(arguments: [(3, 1000), (2048, 8191), (2048, 8192), (2048, 30_003), (5000, 30_003), (2048, 300_007)])
  func histogramsOfManyNumbersAgree(binsPerSide: Int, length: Int) {
    var numbers = TestNumbers(seed: 5)
    let input = numbers.floats(length, in: -3...3) + awkwardNumbers
    var expected = [UInt64](repeating: 0, count: 2 * binsPerSide)
    let binsPerUnit = Float(binsPerSide) / 2.5
    for number in input where abs(number) * binsPerUnit <= Float(binsPerSide) {
      let bin = max(Int((abs(number) * binsPerUnit).rounded(.up)) - 1, 0)
      expected[number < 0 ? binsPerSide - 1 - bin : binsPerSide + bin] += 1
    }
    for compute in Compute.all {
      var counts = [UInt64](repeating: 0, count: 2 * binsPerSide)
      var span = counts.mutableSpan
      compute.addHistogram(of: input.span, binsPerUnit: binsPerUnit, to: &span)
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
