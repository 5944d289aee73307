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
    for (outer, inner) in [(1, 1), (3, 1), (2, 17), (2, 16), (1, 5), (1, 32), (2, 77)] {
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

  /// The definition: a later number takes the place of one that it is beyond.
  private func extreme(_ input: [Float], isSmallest: Bool, selectsLast: Bool) -> Int64 {
    func isBeyond(_ candidate: Float, _ best: Float) -> Bool {
      if candidate.isNaN { return selectsLast || !best.isNaN }
      if candidate == best { return selectsLast }
      return isSmallest ? candidate < best : candidate > best
    }
    return Int64(input.indices.reduce(0) { $1 > 0 && isBeyond(input[$1], input[$0]) ? $1 : $0 })
  }

  @Test func everyTierFindsTheSameExtremes() {
    var numbers = TestNumbers(seed: 27)
    for (outer, inner) in [(1, 1), (3, 1), (2, 17), (1, 16), (2, 5)] {
      for count in vectorLengths where count > 0 {
        for kinds: UInt64 in [3, 5, 100_000] {
          // Few different numbers make for ties; some are NaN.
          let input = (0..<outer * count * inner).map { _ -> Float in
            let number = numbers.next() % (kinds + 1)
            return number == 3 && kinds < 100 ? .nan : number == 2 ? -0.0 : Float(number) - 2
          }
          for (isSmallest, selectsLast) in [(false, false), (false, true), (true, false), (true, true)] {
            let expected = (0..<outer * inner).map { index in
              let start = index / inner * count * inner + index % inner
              return extreme(
                (0..<count).map { input[start + $0 * inner] }, isSmallest: isSmallest, selectsLast: selectsLast)
            }
            for compute in Compute.all {
              let found = indices(count: outer * inner) {
                if isSmallest {
                  compute.indexOfMinimum(
                    input.span, outer: outer, count: count, inner: inner, selectsLast: selectsLast, into: &$0)
                } else {
                  compute.indexOfMaximum(
                    input.span, outer: outer, count: count, inner: inner, selectsLast: selectsLast, into: &$0)
                }
              }
              #expect(found == expected, "\(compute.tier) \(outer) \(count) \(inner)")
            }
          }
        }
      }
    }
  }

  private func indices(count: Int, _ body: (inout MutableSpan<Int64>) -> Void) -> [Int64] {
    indices(body, count: count)
  }

  @Test func infinitiesAreExtremesLikeOthers() {
    for compute in Compute.all {
      let input = [Float](repeating: -.infinity, count: 20)
      for selectsLast in [false, true] {
        let found = indices(count: 1) {
          compute.indexOfMaximum(input.span, outer: 1, count: 20, inner: 1, selectsLast: selectsLast, into: &$0)
        }
        #expect(found == [selectsLast ? 19 : 0])
      }
    }
  }

  @Test func theExtentIsThatOfAllNumbersButNaN() {
    var numbers = TestNumbers(seed: 3)
    for count in vectorLengths + [200_000] {
      var input = numbers.floats(count)
      let (smallest, largest) = (min(input.min() ?? 0, 0), max(input.max() ?? 0, 0))
      if count > 0 { input.insert(.nan, at: count / 2) }
      for compute in Compute.all { #expect(compute.extent(of: input.span, including: 0...0) == smallest...largest) }
    }
    for compute in Compute.all {
      #expect(compute.extent(of: [1, -.infinity, 2].span, including: 0...7) == -.infinity...7)
    }
  }

  private func normalize(_ compute: Compute, _ input: [Float], columns: Int, isEuclidean: Bool) -> [Float] {
    [Float](count: input.count, filler: 77) {
      compute.normalizeByNorm(input.span, columns: columns, isEuclidean: isEuclidean, into: &$0)
    }
  }

  @Test func rowsAreDividedByTheirNorms() {
    for compute in Compute.all {
      #expect(normalize(compute, [3, -4, 0, 0, 6, 8], columns: 2, isEuclidean: true) == [0.6, -0.8, 0, 0, 0.6, 0.8])
      #expect(normalize(compute, [3, -1, 0, 0], columns: 2, isEuclidean: false) == [0.75, -0.25, 0, 0])
      // Sums that float32 cannot hold.
      #expect(normalize(compute, [3e38, -3e38], columns: 2, isEuclidean: false) == [0.5, -0.5])
      #expect(normalize(compute, [0x3p-100, 0x4p-100], columns: 2, isEuclidean: true) == [0.6, 0.8])
      #expect(normalize(compute, [0x3p-149, 0x4p-149], columns: 2, isEuclidean: true) == [0.6, 0.8])
    }
  }

  @Test func everyTierDividesByTheSameNorms() {
    var numbers = TestNumbers(seed: 29)
    for columns in vectorLengths where columns > 0 {
      let input = numbers.floats(3 * columns)
      for isEuclidean in [false, true] {
        let expected = normalize(.reference, input, columns: columns, isEuclidean: isEuclidean).bits
        for compute in Compute.fast {
          #expect(normalize(compute, input, columns: columns, isEuclidean: isEuclidean).bits == expected)
        }
      }
    }
  }

  @Test func theNextNumberBeyondALimitIsFoundAndEveryNaN() {
    var numbers = TestNumbers(seed: 41)
    for count in vectorLengths {
      for place in Set([0, count / 2, count - 1, count]) where place >= 0 {
        for found: Float in [5, .nan] {
          var input = numbers.floats(count, in: -1...1)
          if place < count { input[place] = found }
          for compute in Compute.all {
            for start in Set([0, min(1, count), place]) where start <= place {
              #expect(compute.firstIndex(beyond: Float(1), in: input.span, from: start, isSmaller: false) == place)
              let opposite = input.map { -$0 }
              #expect(compute.firstIndex(beyond: Float(-1), in: opposite.span, from: start, isSmaller: true) == place)
              #expect(compute.firstIndex(beyond: Float.nan, in: input.span, from: start, isSmaller: true) == start)
            }
          }
        }
      }
    }
  }
}
