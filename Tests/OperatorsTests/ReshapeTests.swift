import Tensors
import Testing

@testable import Operators

@Suite struct ReshapeTests {
  let input = Tensor([2, 3, 4], repeating: Float(1))

  @Test func minusOneTakesWhatIsLeftAndZeroCopies() throws {
    let shape = Tensor([3], [0, -1, 2] as [Int64])
    #expect(try run(Reshape.self, [input, shape])[0].shape == [2, 6, 2])
  }

  @Test func aShapeThatDoesNotHoldTheElementsIsRefused() {
    let shape = Tensor([2], [5, 5] as [Int64])
    #expect(
      message { _ = try run(Reshape.self, [input, shape]) }
        == "input 1 asks for shape [5, 5], which does not hold the 24 elements of [2, 3, 4]")
  }
}
