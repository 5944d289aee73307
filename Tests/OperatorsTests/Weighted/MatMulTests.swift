import Kernels
import Tensors
import Testing

@testable import Operators

@Suite struct MatMulTests {
  @Test(arguments: [false, true]) func multipliesMatrices(prepared: Bool) throws {
    let result = try run(MatMul.self, [counting([2, 3]), counting([3, 2])], prepare: prepared)[0]
    expect(result, [2, 2], isNear: [22, 28, 49, 64])
  }

  @Test func stacksOfMatricesBroadcast() throws {
    let left = counting([2, 1, 1, 2])
    let right = counting([3, 2, 1])
    let result = try run(MatMul.self, [left, right])[0]
    expect(result, [2, 3, 1, 1], isNear: [5, 11, 17, 11, 25, 39])
  }

  @Test func vectorsLoseTheirAxis() throws {
    let (vector, matrix) = (counting([3]), counting([3, 2]))
    expect(try run(MatMul.self, [vector, matrix])[0], [2], isNear: [22, 28])
    expect(try run(MatMul.self, [counting([2, 3]), vector])[0], [2], isNear: [14, 32])
    expect(try run(MatMul.self, [vector, vector])[0], [], isNear: [14])
  }

  /// Rows of 1, −2, 0.5 and 3, in binary16 and as they are.
  private func halfWeights(rows: Int) -> (half: Tensor, full: Tensor) {
    let halves = [0x3C00, 0xC000, 0x3800, 0x4200].map { Half(bits: $0) }
    let floats: [Float] = [1, -2, 0.5, 3]
    return (
      Tensor([rows, 4], (0..<4 * rows).map { halves[$0 % 4] }),
      Tensor([rows, 4], (0..<4 * rows).map { floats[$0 % 4] })
    )
  }

  @Test(arguments: [(8192, nil), (8193, "16-bit weights")])
  func constantHalfWeightsStayHalfUnlessTheyAreFew(rows: Int, variant: String?) throws {
    let weights = halfWeights(rows: rows)
    let ones = Tensor([1, rows], [Float](repeating: 1, count: rows))
    let result = try run(MatMul.self, [ones, weights.full], prepare: true, constants: [nil, weights.half])[0]
    expect(result, [1, 4], isNear: [1, -2, 0.5, 3].map { $0 * Float(rows) })
    let matrix = try #require(PackedFloatMatrix(weights.half))
    #expect(matrix.variant == variant)
  }

  @Test func aColumnOfHalfWeightsIsWidenedForItsKernel() throws {
    // 1 and −2 in binary16, 3 and 0.5 in bfloat16.
    let column = Tensor([2, 1], [Half(bits: 0x3C00), Half(bits: 0xC000)])
    let widened = Tensor([2, 1], [1, -2] as [Float])
    let result = try run(MatMul.self, [counting([1, 2]), widened], prepare: true, constants: [nil, column])[0]
    expect(result, [1, 1], isNear: [-3])
    let row = Tensor([1, 2], [BFloat16(bits: 0x4040), BFloat16(bits: 0x3F00)])
    let matrix = try #require(PackedFloatMatrix(row, transposed: true))
    #expect(matrix.variant == "vector")
    let product = Tensor([1, 1], of: Float.self) {
      matrix.multiply(counting([1, 2]).span(of: Float.self), into: &$0, compute: Compute(tier: .reference, threads: 1))
    }
    expect(product, [1, 1], isNear: [4])
  }

  @Test func integersWrapAround() throws {
    let large = Tensor([1, 1], [Int32.max])
    let result = try run(MatMul.self, [large, Tensor([1, 1], [2] as [Int32])])[0]
    #expect(result.array(of: Int32.self) == [-2])
  }

  @Test func emptyMatricesGiveZerosOrNothing() throws {
    let zeros = try run(MatMul.self, [Tensor([2, 0], [] as [Float]), Tensor([0, 3], [] as [Float])])[0]
    expect(zeros, [2, 3], isNear: [0, 0, 0, 0, 0, 0])
    let none = try run(MatMul.self, [Tensor([0, 2], [] as [Float]), counting([2, 3])])[0]
    #expect(none.shape == [0, 3])
  }

  @Test func mismatchesAreNamed() {
    #expect(
      message { _ = try run(MatMul.self, [counting([2, 3]), counting([4, 2])]) }
        == "input 1 has shape [4, 2], whose 4 rows do not meet the 3 columns of input 0, which has shape [2, 3]")
    #expect(
      message { _ = try run(MatMul.self, [counting([2, 2, 3]), counting([3, 3, 2])]) }
        == "input 1 has shape [3, 3, 2], which does not broadcast with shape [2, 2, 3] of input 0")
    #expect(
      message { _ = try run(MatMul.self, [Tensor(scalar: Float(1)), counting([1])]) }
        == "input 0 has shape [], expected at least one axis")
    #expect(
      message { _ = try run(MatMul.self, [counting([1, 1]), Tensor([1, 1], [1] as [Int32])]) }
        == "input 1 has type int32, expected float32")
    #expect(
      message { _ = try run(MatMul.self, [Tensor([1, 1], [1] as [UInt8]), Tensor([1, 1], [1] as [UInt8])]) }
        == "input 0 has type uint8, expected a floating-point type or 32- or 64-bit integers")
  }

  @Test func fusedProductTransposesAndScales() throws {
    let result = try run(
      FusedMatMul.self, [counting([3, 2]), counting([2, 3])],
      attributes: ["transA": .int(1), "transB": .int(1), "alpha": .float(0.5)])[0]
    // [[1, 3, 5], [2, 4, 6]] · [[1, 4], [2, 5], [3, 6]] / 2
    expect(result, [2, 2], isNear: [11, 24.5, 14, 32])
  }
}
