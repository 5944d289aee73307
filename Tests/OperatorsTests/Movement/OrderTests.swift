import Kernels
import ModelGraph
import Tensors
import Testing

@testable import Operators

/// TopK, Unique, CumSum, Range.
@Suite struct OrderTests {
  @Test func equalEntriesKeepTheirOrder() throws {
    let input = Tensor([2, 4], [1, 3, 3, 2, 5, 5, 5, 5] as [Float])
    let result = try run(TopK.self, [input, Tensor([1], [2 as Int64])], outputs: 2)
    #expect(result[0].array(of: Float.self) == [3, 3, 5, 5])
    #expect(result[1].array(of: Int64.self) == [1, 2, 0, 1])
    let smallest = try run(
      TopK.self, [input, Tensor([1], [1 as Int64])], attributes: ["largest": .int(0), "axis": .int(0)], outputs: 2)
    #expect(smallest[0].array(of: Float.self) == [1, 3, 3, 2])
    #expect(smallest[1].array(of: Int64.self) == [0, 0, 0, 0])
  }

  @Test func manyEntriesAreSortedToo() throws {
    let input = Tensor([100], (0..<100).map { Int32($0 * 37 % 100) })
    let result = try run(TopK.self, [input, Tensor([1], [60 as Int64])], outputs: 2)
    #expect(result[0].array(of: Int32.self) == (40..<100).reversed().map { Int32($0) })
  }

  @Test func notANumberIsTheLargest() throws {
    let input = Tensor([3], [.infinity, .nan, 1] as [Float])
    #expect(try run(TopK.self, [input, Tensor([1], [1 as Int64])], outputs: 2)[1].array(of: Int64.self) == [1])
  }

  /// Sorting by the definition: NaN is the largest, and of equals the first comes first.
  private func ranked(_ line: [Float], largest: Bool) -> [Int] {
    func precedes(_ left: Float, _ right: Float) -> Bool { left.isNaN ? false : right.isNaN || left < right }
    return line.indices.sorted { left, right in
      let (a, b) = largest ? (line[right], line[left]) : (line[left], line[right])
      return precedes(a, b) || (!precedes(b, a) && left < right)
    }
  }

  @Test(arguments: [(1, 300, 1), (7, 300, 1), (300, 300, 1), (5, 40, 6), (40, 40, 2), (0, 9, 1), (2, 9000, 9)])
  func everyLineIsRankedAsSortingRanksIt(count: Int, length: Int, inner: Int) throws {
    // Few different numbers make for ties.
    let numbers = (0..<3 * length * inner).map { index -> Float in
      let number = index &* 2_654_435_761 >> 7 % 97
      return number == 5 ? .nan : number == 6 ? -0.0 : Float(number) - 7
    }
    let input = Tensor([3, length, inner], numbers)
    for largest in [true, false] {
      for threads in 1...2 {
        let result = try run(
          TopK.self, [input, Tensor([1], [Int64(count)])],
          attributes: ["axis": .int(1), "largest": .int(largest ? 1 : 0)], outputs: 2,
          compute: Compute(tier: .reference, threads: threads))
        #expect(result[0].shape == [3, count, inner])
        let indices = result[1].array(of: Int64.self)
        let values = result[0].array(of: Float.self)
        for outer in 0..<3 {
          for column in 0..<inner {
            let line = (0..<length).map { numbers[(outer * length + $0) * inner + column] }
            let places = (0..<count).map { (outer * count + $0) * inner + column }
            let expected = ranked(line, largest: largest).prefix(count)
            #expect(places.map { Int(indices[$0]) } == Array(expected))
            #expect(zip(places, expected).allSatisfy { values[$0].bitPattern == line[$1].bitPattern })
          }
        }
      }
    }
  }

  @Test func moreEntriesThanThereAreIsAnError() {
    let input = Tensor([3], [1, 2, 3] as [Float])
    #expect(
      message { _ = try run(TopK.self, [input, Tensor([1], [4 as Int64])], outputs: 2) }
        == "input 1 asks for 4 of the 3 entries along axis 0")
    #expect(
      message { _ = try run(TopK.self, [input], attributes: ["k": .int(-1)], version: 9, outputs: 2) }
        == "attribute \"k\" asks for -1 of the 3 entries along axis 0")
    #expect(message { _ = try run(TopK.self, [input], outputs: 2) } == "input 1 is missing: how many entries to take")
  }

  @Test func uniqueTellsWhereElementsCameFrom() throws {
    let input = Tensor([6], [2, 1, 1, 3, 4, 3] as [Float])
    let sorted = try run(Unique.self, [input], outputs: 4)
    #expect(sorted[0].array(of: Float.self) == [1, 2, 3, 4])
    #expect(sorted[1].array(of: Int64.self) == [1, 0, 3, 4])
    #expect(sorted[2].array(of: Int64.self) == [1, 0, 0, 2, 3, 2])
    #expect(sorted[3].array(of: Int64.self) == [2, 1, 2, 1])
    let unsorted = try run(Unique.self, [input], attributes: ["sorted": .int(0)], outputs: 4)
    #expect(unsorted[0].array(of: Float.self) == [2, 1, 3, 4])
    #expect(unsorted[2].array(of: Int64.self) == [0, 1, 1, 2, 3, 2])
  }

  @Test func uniqueSlicesAlongAnAxis() throws {
    let input = Tensor([3, 3], [1, 0, 0, 1, 0, 0, 2, 3, 4] as [Int64])
    let result = try run(Unique.self, [input], attributes: ["axis": .int(0)], outputs: 4)
    #expect(result[0].shape == [2, 3])
    #expect(result[0].array(of: Int64.self) == [1, 0, 0, 2, 3, 4])
    #expect(result[2].array(of: Int64.self) == [0, 0, 1])
  }

  @Test func uniqueOfNothingIsNothing() throws {
    #expect(try run(Unique.self, [Tensor([0], [] as [Float])], outputs: 4).map(\.shape) == [[0], [0], [0], [0]])
  }

  @Test(arguments: [
    (false, false, [1, 3, 6]), (true, false, [0, 1, 3]), (false, true, [6, 5, 3]), (true, true, [5, 3, 0]),
  ])
  func runningSums(exclusive: Bool, reverse: Bool, expected: [Float]) throws {
    let result = try run(
      CumSum.self, [Tensor([3], [1, 2, 3] as [Float]), Tensor(scalar: Int32(-1))],
      attributes: ["exclusive": .int(exclusive ? 1 : 0), "reverse": .int(reverse ? 1 : 0)])[0]
    #expect(result.array(of: Float.self) == expected)
  }

  // Expected values: numpy.cumsum.
  @Test func sumsRunAlongAnAxisInTheMiddle() throws {
    let input = Tensor([2, 3, 2], (1...12).map { Int32($0) })
    func sums(_ attributes: KeyValuePairs<String, Attribute>) throws -> [Int32] {
      try run(CumSum.self, [input, Tensor(scalar: Int64(1))], attributes: attributes)[0].array(of: Int32.self)
    }
    #expect(try sums([:]) == [1, 2, 4, 6, 9, 12, 7, 8, 16, 18, 27, 30])
    #expect(try sums(["reverse": .int(1)]) == [9, 12, 8, 10, 5, 6, 27, 30, 20, 22, 11, 12])
    #expect(try sums(["exclusive": .int(1)]) == [0, 0, 1, 2, 4, 6, 0, 0, 7, 8, 16, 18])
    #expect(try sums(["exclusive": .int(1), "reverse": .int(1)]) == [8, 10, 5, 6, 0, 0, 20, 22, 11, 12, 0, 0])
  }

  @Test func runningSumsNameTheirAxis() {
    #expect(
      message { _ = try run(CumSum.self, [Tensor([3], [1, 2, 3] as [Float]), Tensor(scalar: Int64(1))]) }
        == "input 1 names axis 1 of a tensor of rank 1")
  }

  @Test func rangesStopBeforeTheLimit() throws {
    func range<Element: TensorElement>(_ start: Element, _ limit: Element, _ delta: Element) throws -> [Element] {
      try run(RangeOperator.self, [Tensor(scalar: start), Tensor(scalar: limit), Tensor(scalar: delta)])[0]
        .array(of: Element.self)
    }
    #expect(try range(3, 9, 3 as Int64) == [3, 6])
    #expect(try range(10, 4, -2 as Int32) == [10, 8, 6])
    #expect(try range(0, -1, 1 as Int16) == [])
    #expect(try range(1, 2, 0.25 as Float) == [1, 1.25, 1.5, 1.75])
    #expect(try range(Int64.max - 1, Int64.max, Int64.max) == [Int64.max - 1])
    #expect(message { _ = try range(0, 1, 0 as Int64) } == "input 2 is 0, which does not lead from 0 to 1")
    #expect(message { _ = try range(0, 1, 0 as Float) } == "input 2 is 0.0, which does not lead from 0.0 to 1.0")
    #expect(
      message { _ = try range(Int64.min, Int64.max, 1) }
        == "the result would have the impossible shape [9223372036854775807]")
  }
}
