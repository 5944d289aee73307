import Tensors
import Testing

@testable import Operators

/// Expected values by hand.
@Suite struct TensorScatterTests {
  let cache = Tensor([2, 3, 1], [Int32(1), 2, 3, 4, 5, 6])
  let update = Tensor([2, 2, 1], [Int32(10), 20, 30, 40])

  @Test func entriesAreOverwrittenFromAPositionOn() throws {
    #expect(
      try run(TensorScatter.self, [cache, update], version: 24)[0].array(of: Int32.self) == [10, 20, 3, 30, 40, 6])
    let starts = Tensor([2], [Int64(1), 0])
    #expect(
      try run(TensorScatter.self, [cache, update, starts], version: 24)[0].array(of: Int32.self)
        == [1, 10, 20, 30, 40, 6])
  }

  @Test func positionsWrapAroundInCircularMode() throws {
    let outputs = try run(
      TensorScatter.self, [cache, update, Tensor([2], [Int64(2), 4])],
      attributes: ["mode": .string(Array("circular".utf8))], version: 24)
    #expect(outputs[0].array(of: Int32.self) == [20, 2, 10, 4, 30, 40])
  }

  @Test func positionsBehindTheEndAreNamed() {
    #expect(
      message { _ = try run(TensorScatter.self, [cache, update, Tensor([2], [Int64(2), 0])], version: 24) }
        == "input 2 has position 2, expected 0 to 1")
    #expect(
      message { _ = try run(TensorScatter.self, [update, cache], version: 24) }
        == "input 1 has shape [2, 3, 1], which does not fit into [2, 2, 1] along axis 1")
  }
}
