import Tensors
import Testing

@testable import Operators

@Suite struct TransposeTests {
  @Test func axesAreReversedUnlessAnOrderIsGiven() throws {
    let input = Tensor([2, 3], [1, 2, 3, 4, 5, 6] as [Float])
    let result = try run(Transpose.self, [input])[0]
    #expect(result.shape == [3, 2])
    #expect(result.array(of: Float.self) == [1, 4, 2, 5, 3, 6])
  }

  @Test(arguments: [[0, 2, 1, 3], [3, 1, 0, 2], [1, 0, 3, 2], [0, 3, 1, 2], [0, 2, 3, 1]])
  func everyElementIsFoundAtItsPermutedPosition(axes: [Int]) throws {
    let shape: Shape = [2, 3, 17, 19]
    let input = Tensor(shape, (0..<shape.count).map { UInt16($0) })
    let result = try run(Transpose.self, [input], attributes: ["perm": .ints(axes.map { Int64($0) })])[0]
    #expect(result.shape.dimensions == axes.map { shape[$0] })
    let elements = result.array(of: UInt16.self)
    let (from, to) = (shape.strides, result.shape.strides)
    for index in elements.indices {
      let source = axes.indices.reduce(0) { $0 + index / to[$1] % result.shape[$1] * from[axes[$1]] }
      try #require(elements[index] == UInt16(source))
    }
  }

  @Test func everyWidthMoves() throws {
    #expect(
      try run(Transpose.self, [Tensor([1, 2], [true, false] as [Boolean])])[0].array(of: Boolean.self)
        == [true, false])
    #expect(
      try run(Transpose.self, [Tensor([2, 2], [1, 2, 3, 4] as [Double])])[0].array(of: Double.self) == [1, 3, 2, 4])
    let half = Tensor([2, 2], [1, 2, 3, 4].map { Half(bits: $0) })
    #expect(try run(Transpose.self, [half])[0].array(of: Half.self).map(\.bits) == [1, 3, 2, 4])
  }

  @Test func emptyAndScalarTensorsPass() throws {
    #expect(try run(Transpose.self, [Tensor([0, 3], [] as [Float])])[0].shape == [3, 0])
    #expect(try run(Transpose.self, [Tensor(scalar: Float(2))])[0].array(of: Float.self) == [2])
  }

  @Test func whatIsNoPermutationIsRefused() {
    let input = Tensor([2, 3], repeating: Float(0))
    #expect(
      message { _ = try run(Transpose.self, [input], attributes: ["perm": .ints([0, 0])]) }
        == "attribute \"perm\" is [0, 0], which is no permutation")
    #expect(
      message { _ = try run(Transpose.self, [input], attributes: ["perm": .ints([0, 2, 1])]) }
        == "attribute \"perm\" has 3 axes, but input 0 has shape [2, 3]")
  }

  @Test func packedElementsAreRefused() throws {
    let packed = try #require(Tensor([2, 2], type: .int4, bytes: Bytes(copying: [0x21, 0x43])))
    #expect(message { _ = try run(Transpose.self, [packed]) } == "elements of type int4 cannot be moved")
  }
}
