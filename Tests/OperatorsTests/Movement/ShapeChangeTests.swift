import Tensors
import Testing

@testable import Operators

/// Operators that keep the elements in place: Squeeze, Unsqueeze, Flatten, Identity, Shape, Size.
@Suite struct ShapeChangeTests {
  let input = Tensor([1, 3, 1, 2], [1, 2, 3, 4, 5, 6] as [Float])

  @Test func squeezeDropsEveryAxisOfSizeOne() throws {
    #expect(try run(Squeeze.self, [input])[0].shape == [3, 2])
  }

  @Test func squeezeTakesAxesFromTheAttributeBeforeVersion13() throws {
    #expect(try run(Squeeze.self, [input], attributes: ["axes": .ints([-2])], version: 12)[0].shape == [1, 3, 2])
    #expect(try run(Squeeze.self, [input, Tensor([1], [0 as Int64])], version: 13)[0].shape == [3, 1, 2])
  }

  @Test func squeezeRefusesAnAxisOfAnotherSize() {
    #expect(
      message { _ = try run(Squeeze.self, [input, Tensor([1], [1 as Int64])]) }
        == "input 1 names axis 1 of shape [1, 3, 1, 2], whose size is not 1")
  }

  @Test func unsqueezeNumbersAxesAsInTheResult() throws {
    let matrix = Tensor([2, 3], repeating: Float(0))
    #expect(
      try run(Unsqueeze.self, [matrix], attributes: ["axes": .ints([0, 3])], version: 11)[0].shape == [1, 2, 3, 1])
    #expect(try run(Unsqueeze.self, [matrix, Tensor([2], [-1, 1] as [Int64])])[0].shape == [2, 1, 3, 1])
  }

  @Test func unsqueezeRefusesAnAxisNamedTwiceOrOutside() {
    let matrix = Tensor([2, 3], repeating: Float(0))
    #expect(
      message { _ = try run(Unsqueeze.self, [matrix, Tensor([2], [3, -1] as [Int64])]) } == "input 1 names axis 3 twice"
    )
    #expect(
      message { _ = try run(Unsqueeze.self, [matrix, Tensor([1], [3 as Int64])]) }
        == "input 1 names axis 3 of a tensor of rank 3")
  }

  @Test func flattenMakesAMatrixAtTheAxis() throws {
    #expect(try run(Flatten.self, [input])[0].shape == [1, 6])
    #expect(try run(Flatten.self, [input], attributes: ["axis": .int(4)])[0].shape == [6, 1])
    #expect(try run(Flatten.self, [Tensor(scalar: Float(1))], attributes: ["axis": .int(0)])[0].shape == [1, 1])
    #expect(
      message { _ = try run(Flatten.self, [input], attributes: ["axis": .int(5)]) }
        == "attribute \"axis\" names axis 5 of a tensor of rank 4")
  }

  @Test func shapeIsCutAtItsEnds() throws {
    func shape(_ start: Int64, _ end: Int64) throws -> [Int64] {
      try run(ShapeOperator.self, [input], attributes: ["start": .int(start), "end": .int(end)])[0].array(
        of: Int64.self)
    }
    #expect(try run(ShapeOperator.self, [input])[0].array(of: Int64.self) == [1, 3, 1, 2])
    #expect(try shape(1, -1) == [3, 1])
    #expect(try shape(-9, 9) == [1, 3, 1, 2])
    #expect(try shape(3, 1) == [])
  }

  @Test func sizeCountsElements() throws {
    #expect(try run(Size.self, [input])[0].array(of: Int64.self) == [6])
    #expect(try run(Size.self, [Tensor([0, 4], [] as [Float])])[0].array(of: Int64.self) == [0])
  }

  @Test func identityKeepsTypesItCannotMove() throws {
    let packed = try #require(Tensor([3], type: .int4, bytes: Bytes(copying: [0x21, 0x03])))
    #expect(try run(IdentityOperator.self, [packed])[0].type == .int4)
  }
}
