import Kernels
import Tensors
import Testing

@testable import Operators

@Suite struct GatherTests {
  let data = Tensor([3, 2], [1, 2, 3, 4, 5, 6] as [Float])

  @Test func indicesTakeThePlaceOfTheAxis() throws {
    let rows = try run(Gather.self, [data, Tensor([2, 2], [0, 1, -1, 0] as [Int64])])[0]
    #expect(rows.shape == [2, 2, 2])
    #expect(rows.array(of: Float.self) == [1, 2, 3, 4, 5, 6, 1, 2])
    let column = try run(Gather.self, [data, Tensor(scalar: Int32(1))], attributes: ["axis": .int(1)])[0]
    #expect(column.shape == [3])
    #expect(column.array(of: Float.self) == [2, 4, 6])
  }

  @Test func aPreparedNodeTakesDataOfOneShapeAfterAnother() throws {
    let entries = Tensor([2], [2, 0] as [Int64])
    let node = try makeOperator(Gather.self, inputCount: 2, attributes: ["axis": .int(-1)])
      .prepared(with: [nil, entries])
    for rows in [2, 1, 3, 0, 2] {
      let elements: [Float] = Array([0, 1, 2, 3, 4, 5, 6, 7, 8].prefix(3 * rows))
      let data = Tensor([rows, 3], elements)
      let result = try node.run(OperatorInputs([data, entries], compute: Compute(tier: .reference, threads: 1)))[0]
      #expect(result.shape == [rows, 2])
      let expected: [Float] = Array([2, 0, 5, 3, 8, 6].prefix(2 * rows))
      #expect(result.array(of: Float.self) == expected)
    }
  }

  @Test func anIndexOutsideIsAnError() {
    #expect(
      message { _ = try run(Gather.self, [data, Tensor([1], [3 as Int64])]) }
        == "input 1 has index 3, outside the 3 entries it selects from")
    #expect(
      message { _ = try run(Gather.self, [data, Tensor([1], [Int64.min])]) }
        == "input 1 has index -9223372036854775808, outside the 3 entries it selects from")
    #expect(
      message { _ = try run(Gather.self, [data, Tensor(scalar: Int64(0))], attributes: ["axis": .int(2)]) }
        == "attribute \"axis\" names axis 2 of a tensor of rank 2")
    #expect(
      message { _ = try run(Gather.self, [data, Tensor(scalar: Float(0))]) }
        == "input 1 has type float32, expected int64")
  }

  @Test func gatheringNothingGivesNothing() throws {
    #expect(try run(Gather.self, [data, Tensor([0], [] as [Int64])])[0].shape == [0, 2])
  }

  @Test func elementsAreGatheredOneByOne() throws {
    let square = Tensor([3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9] as [Float])
    let indices = Tensor([2, 3], [-1, -2, 0, -2, 0, 0] as [Int64])
    #expect(try run(GatherElements.self, [square, indices])[0].array(of: Float.self) == [7, 5, 3, 4, 2, 3])
    #expect(
      message { _ = try run(GatherElements.self, [square, Tensor([1, 4], [0, 0, 0, 0] as [Int64])]) }
        == "input 1 has shape [1, 4], which does not lie within [3, 3] outside axis 0")
  }

  @Test func tuplesLeadIntoTheData() throws {
    let cube = Tensor([2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7] as [Float])
    let tuples = Tensor([2, 1], [1, 0] as [Int64])
    let batched = try run(GatherND.self, [cube, tuples], attributes: ["batch_dims": .int(1)])[0]
    #expect(batched.shape == [2, 2])
    #expect(batched.array(of: Float.self) == [2, 3, 4, 5])
    let points = try run(GatherND.self, [cube, Tensor([2, 3], [0, 0, 1, 1, -1, 0] as [Int64])])[0]
    #expect(points.array(of: Float.self) == [1, 6])
    #expect(
      message { _ = try run(GatherND.self, [cube, Tensor([4], [0, 0, 0, 0] as [Int64])]) }
        == "input 1 has shape [4], whose tuples do not lead into shape [2, 2, 2]")
    #expect(
      message { _ = try run(GatherND.self, [cube, tuples], attributes: ["batch_dims": .int(2)]) }
        == "attribute \"batch_dims\" is 2, but the inputs have shapes [2, 2, 2] and [2, 1]")
  }
}
