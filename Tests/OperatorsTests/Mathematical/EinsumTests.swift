import ModelGraph
import Tensors
import Testing

@testable import Operators

@Suite struct EinsumTests {
  let matrix = floats([2, 3], [1, 2, 3, -1, 0.5, 4])
  let square = floats([2, 2], [0, 1, 2, 3])
  let cube = floats([2, 3, 2], (0..<12).map { Float($0) / 4 - 1 })

  private func einsum(_ equation: String, _ inputs: [Tensor]) throws -> Tensor {
    let attributes: KeyValuePairs<String, Attribute> = ["equation": .string(Array(equation.utf8))]
    let result = try run(Einsum.self, inputs, attributes: attributes)[0]
    let doubles = try run(Einsum.self, inputs.map { doubled($0) }, attributes: attributes)[0]
    #expect(doubles.shape == result.shape)
    expectClose(doubles, result.array(of: Float.self).map { Double($0) })
    return result
  }

  @Test func matricesAreMultiplied() throws {
    let product = try einsum("ij,jk->ik", [square, matrix])
    #expect(product.shape == [2, 3])
    expectClose(product, [-1, 0.5, 4, -1, 5.5, 18])
    expectClose(try einsum("ij, jk", [square, matrix]), [-1, 0.5, 4, -1, 5.5, 18])
    expectClose(try einsum("ij,jk->ki", [square, matrix]), [-1, -1, 0.5, 5.5, 4, 18])
  }

  @Test func batchesKeepTheirIndex() throws {
    // Batch b of the cube, [3, 2], times row b of the matrix as a vector of 3.
    let result = try einsum("bij,bi->jb", [cube, matrix])
    #expect(result.shape == [2, 2])
    expectClose(result, [-2 + 0, 6, -0.5, 6.875])
  }

  @Test func indicesThatEndAreSummed() throws {
    expectClose(try einsum("ij->j", [matrix]), [0, 2.5, 7])
    expectClose(try einsum("ij->", [matrix]), [9.5])
    expectClose(try einsum("i,j->", [floats([2], [1, 2]), floats([3], [1, 2, 3])]), [18])
  }

  @Test func diagonalsAreTaken() throws {
    expectClose(try einsum("ii", [square]), [3])
    expectClose(try einsum("ii->i", [square]), [0, 3])
  }

  @Test func axesArePermuted() throws {
    let result = try einsum("ij->ji", [matrix])
    #expect(result.shape == [3, 2])
    expectClose(result, [1, -1, 2, 0.5, 3, 4])
  }

  @Test func anEllipsisStandsForAxesThatBroadcast() throws {
    let ones = floats([2, 1, 2], [1, 2, 3, 4])
    let result = try einsum("...ij,...j->...i", [ones, square])
    #expect(result.shape == [2, 1])
    expectClose(result, [2, 18])
    #expect(try einsum("...ij,jk", [cube, square]).shape == [2, 3, 2])
    #expect(try einsum("i...->...", [cube]).shape == [3, 2])
  }

  @Test func threeOperandsAreContracted() throws {
    // Σ_jk a_ij b_jk c_k
    let result = try einsum("ij,jk,k->i", [square, matrix, floats([3], [1, 0, 2])])
    expectClose(result, [7, 35])
  }

  @Test func integersAreSummed() throws {
    let left = Tensor([2], [1, .max] as [Int32])
    let result = try run(
      Einsum.self, [left, Tensor([2], [3, 2] as [Int32])], attributes: ["equation": .string(Array("i,i".utf8))])[0]
    #expect(result.array(of: Int32.self) == [1])
  }

  @Test func emptySumsAreZero() throws {
    expectClose(try einsum("ij,jk->ik", [floats([1, 0], []), floats([0, 2], [])]), [0, 0])
    #expect(try einsum("ij,jk->ik", [floats([0, 2], []), square]).shape == [0, 2])
  }

  @Test func equationsThatDoNotFitAreNamed() {
    func failure(_ equation: String, _ inputs: [Tensor]) -> String {
      message { _ = try run(Einsum.self, inputs, attributes: ["equation": .string(Array(equation.utf8))]) }
    }
    #expect(failure("ij->ik", [square]) == "attribute \"equation\" is \"ij->ik\", which is no Einstein summation")
    #expect(failure("i->j->k", [square]) == "attribute \"equation\" is \"i->j->k\", which is no Einstein summation")
    #expect(failure("i..j", [square]) == "attribute \"equation\" is \"i..j\", which is no Einstein summation")
    #expect(failure("ij,jk", [square]) == "attribute \"equation\" is \"ij,jk\", which does not fit 1 inputs")
    #expect(
      failure("ijk", [square]) == "attribute \"equation\" has the term \"ijk\", which does not fit an input of rank 2")
    let wide = floats([0, 1 << 40], [])
    #expect(failure("ij,kl", [wide, wide]) == "the indices of \"ij,kl\" span too many elements")
    #expect(failure("ij,jk", [matrix, square]) == "inputs of shapes [2, 3], [2, 2] do not fit \"ij,jk\"")
  }

  @Test func determinantsAreEliminated() throws {
    let batch = floats([2, 2, 2], [0, 2, 3, 4, 1.5, 2, 3, 4])
    expectClose(try run(Det.self, [batch])[0], [-6, 0])
    expectClose(try run(Det.self, [floats([3, 3], [2, -1, 3, 0, 4, 1, 5, 2, -2])])[0], [-85])
    #expect(try run(Det.self, [batch])[0].shape == [2])
    #expect(
      message { _ = try run(Det.self, [matrix]) } == "input 0 has shape [2, 3], expected square matrices")
  }
}
