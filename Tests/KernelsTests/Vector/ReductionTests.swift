import Kernels
import Testing

@Suite struct ReductionTests {
  private func reduce(
    _ reduction: Reduction, _ compute: Compute, _ input: [Float], _ outer: Int, _ count: Int, _ inner: Int
  ) -> [Float] {
    [Float](count: outer * inner, filler: 77) {
      compute.reduce(reduction, input.span, outer: outer, count: count, inner: inner, into: &$0)
    }
  }

  @Test func theMiddleAxisIsReduced() {
    let input: [Float] = [1, -2, 3, 4, 5, -6, 7, 8, 9, 10, 11, 12]  // [2][3][2]
    let expected: [(Reduction, [Float])] = [
      (.sum, [9, -4, 27, 30]), (.mean, [3, -4.0 / 3, 9, 10]), (.minimum, [1, -6, 7, 8]), (.maximum, [5, 4, 11, 12]),
      (.product, [15, 48, 693, 960]), (.sumOfSquares, [35, 56, 251, 308]), (.sumOfAbsolute, [9, 12, 27, 30]),
    ]
    for (reduction, values) in expected {
      for compute in Compute.all { #expect(reduce(reduction, compute, input, 2, 3, 2) == values, "\(reduction)") }
    }
  }

  @Test func theLastAxisIsReduced() {
    let input: [Float] = [1, 2, 3, -4, -5, -6]
    for compute in Compute.all {
      #expect(reduce(.sum, compute, input, 2, 3, 1) == [6, -15])
      #expect(reduce(.minimum, compute, input, 2, 3, 1) == [1, -6])
      #expect(reduce(.maximum, compute, input, 2, 3, 1) == [3, -4])
      #expect(reduce(.product, compute, input, 2, 3, 1) == [6, -120])
    }
  }

  @Test func nothingReducesToTheNeutralElement() {
    for compute in Compute.all {
      for inner in [1, 3] {
        #expect(reduce(.sum, compute, [], 1, 0, inner) == [Float](repeating: 0, count: inner))
        #expect(reduce(.product, compute, [], 1, 0, inner) == [Float](repeating: 1, count: inner))
        #expect(reduce(.maximum, compute, [], 1, 0, inner) == [Float](repeating: -.infinity, count: inner))
        #expect(reduce(.minimum, compute, [], 1, 0, inner) == [Float](repeating: .infinity, count: inner))
        #expect(reduce(.mean, compute, [], 1, 0, inner).allSatisfy { $0.isNaN })
      }
    }
  }

  @Test func minimumAndMaximumPassOnNaN() {
    for compute in Compute.all {
      for place in [0, 5, 16, 39] {
        var input = [Float](repeating: 1, count: 40)
        input[place] = .nan
        for (count, inner) in [(40, 1), (20, 2)] {
          #expect(reduce(.maximum, compute, input, 1, count, inner).contains { $0.isNaN })
          #expect(reduce(.minimum, compute, input, 1, count, inner).contains { $0.isNaN })
        }
      }
    }
  }

  @Test(arguments: Reduction.allCases) func everyTierReducesInTheSameOrder(reduction: Reduction) {
    var numbers = TestNumbers(seed: 21)
    for (outer, inner) in [(1, 1), (3, 1), (2, 17), (2, 16), (1, 5)] {
      for count in vectorLengths where count > 0 {
        let input = numbers.floats(outer * count * inner, in: -1.2...1.2)
        let expected = reduce(reduction, .reference, input, outer, count, inner).bits
        for compute in Compute.fast { #expect(reduce(reduction, compute, input, outer, count, inner).bits == expected) }
      }
    }
  }

  @Test func sumsOfManyNumbersAreExactToTheLastBit() {
    let input = [Float](repeating: 0.1, count: 1_000_000)
    for compute in Compute.all {
      #expect(reduce(.sum, compute, input, 1, 1_000_000, 1) == [Float(Double(Float(0.1)) * 1e6)])
      #expect(reduce(.mean, compute, input, 500, 2000, 1) == [Float](repeating: 0.1, count: 500))
    }
  }

  private func indices(_ body: (inout MutableSpan<Int64>) -> Void, count: Int) -> [Int64] {
    [Int64](count: count, filler: -1, body)
  }

  @Test func extremesAreFoundByIndex() {
    let input: [Float] = [3, 1, 9, 1, 9, -2]  // [3][2] along the first axis, or [2][3] along the last
    for compute in Compute.all {
      #expect(
        indices({ compute.indexOfMaximum(input.span, outer: 2, count: 3, inner: 1, into: &$0) }, count: 2) == [2, 1])
      #expect(
        indices({ compute.indexOfMaximum(input.span, outer: 1, count: 3, inner: 2, into: &$0) }, count: 2) == [1, 0])
      #expect(
        indices(
          { compute.indexOfMaximum(input.span, outer: 1, count: 3, inner: 2, selectsLast: true, into: &$0) }, count: 2)
          == [2, 1])
      #expect(
        indices({ compute.indexOfMinimum(input.span, outer: 2, count: 3, inner: 1, into: &$0) }, count: 2) == [1, 2])
      let withNaN: [Float] = [1, .nan, 3, .nan]
      #expect(
        indices({ compute.indexOfMaximum(withNaN.span, outer: 1, count: 4, inner: 1, into: &$0) }, count: 1) == [1])
      #expect(
        indices(
          { compute.indexOfMinimum(withNaN.span, outer: 1, count: 4, inner: 1, selectsLast: true, into: &$0) }, count: 1
        ) == [3])
    }
  }
}
