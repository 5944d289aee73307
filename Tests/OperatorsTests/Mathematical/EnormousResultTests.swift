import Tensors
import Testing

@testable import Operators

/// Small operands whose result no machine has memory for are refused before anything is allocated.
@Suite struct EnormousResultTests {
  private static let side = 1 << 22
  private func floats(_ shape: [Int]) -> Tensor { Tensor(Shape(shape), repeating: Float(1)) }

  @Test func products() {
    #expect(
      message { _ = try run(MatMul.self, [floats([Self.side, 1]), floats([1, Self.side])]) }
        == "input 1 leads to an output of [4194304, 4194304], which is too large")
    #expect(
      message { _ = try run(Gemm.self, [floats([Self.side, 1]), floats([1, Self.side])]) }
        == "input 1 leads to too large an output")
    #expect(
      message {
        _ = try run(
          Einsum.self, [floats([Self.side]), floats([Self.side])],
          attributes: ["equation": .string(Array("i,j->ij".utf8))])
      } == "the result of \"i,j->ij\" is too large")
  }

  @Test func elementwiseResults() {
    #expect(
      message { _ = try run(Add.self, [floats([Self.side, 1]), floats([1, Self.side])]) }
        == "inputs of shapes [4194304, 1] and [1, 4194304] lead to a result of [4194304, 4194304], which is too large"
    )
  }

  @Test func scoresOfAttention() {
    let heads = floats([1, 1, Self.side, 1])
    #expect(
      message { _ = try run(Attention.self, [heads, heads, heads]) }
        == "input 1 leads to scores of [1, 1, 4194304, 4194304], which are too large")
  }
}
