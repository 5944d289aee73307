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
