import Tensors
import Testing

@testable import Operators

/// Expand, Tile, ConstantOfShape.
@Suite struct RepeatTests {
  let column = Tensor([3, 1], [1, 2, 3] as [Float])

  private func vector(_ numbers: [Int64]) -> Tensor { Tensor([numbers.count], numbers) }

  @Test func expandBroadcastsBothShapes() throws {
    let wide = try run(Expand.self, [column, vector([2, 1, 2])])[0]
    #expect(wide.shape == [2, 3, 2])
    #expect(wide.array(of: Float.self) == [1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3])
    #expect(try run(Expand.self, [column, vector([1])])[0].shape == [3, 1])
    #expect(try run(Expand.self, [Tensor(scalar: Float(7)), vector([2])])[0].array(of: Float.self) == [7, 7])
    #expect(try run(Expand.self, [column, vector([3, 0])])[0].shape == [3, 0])
  }

  @Test func expandRefusesShapesThatDoNotMeet() {
    #expect(
      message { _ = try run(Expand.self, [column, vector([2, 2])]) }
        == "input 1 asks for shape [2, 2], against which [3, 1] cannot be broadcast")
    #expect(
      message { _ = try run(Expand.self, [column, vector([-1, 2])]) }
        == "input 1 asks for shape [-1, 2], against which [3, 1] cannot be broadcast")
  }

  @Test func aResultLargerThanMemoryIsAnError() {
    #expect(
      message { _ = try run(Expand.self, [column, vector([1 << 50, 1, 1])]) }
        == "the result would have shape [1125899906842624, 3, 1] and not fit in memory")
    #expect(
      message { _ = try run(ConstantOfShape.self, [vector([.max, .max])]) }
        == "the result would have the impossible shape [9223372036854775807, 9223372036854775807]")
  }

  @Test func tileRepeatsEveryAxis() throws {
    let matrix = Tensor([1, 2], [1, 2] as [Int8])
    let result = try run(Tile.self, [matrix, vector([2, 2])])[0]
    #expect(result.shape == [2, 4])
    #expect(result.array(of: Int8.self) == [1, 2, 1, 2, 1, 2, 1, 2])
    #expect(try run(Tile.self, [matrix, vector([0, 1 << 40])])[0].shape == [0, 1 << 41])
    #expect(
      message { _ = try run(Tile.self, [matrix, vector([2])]) }
        == "input 1 is [2], expected a count for each axis of shape [1, 2]")
  }

  @Test func constantsFillAShape() throws {
    let zeros = try run(ConstantOfShape.self, [vector([2, 2])])[0]
    #expect(zeros.array(of: Float.self) == [0, 0, 0, 0])
    let ones = try run(ConstantOfShape.self, [vector([])], attributes: ["value": .tensor(Tensor([1], [1 as Int32]))])[0]
    #expect(ones.shape == .scalar)
    #expect(ones.array(of: Int32.self) == [1])
    #expect(
      message {
        _ = try run(
          ConstantOfShape.self, [vector([1])], attributes: ["value": .tensor(Tensor([2], [1, 2] as [Int32]))])
      } == "attribute \"value\" has shape [2], expected one element")
  }
}
