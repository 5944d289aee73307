import ModelGraph
import Tensors
import Testing

@testable import Operators

@Suite struct GemmTests {
  let left = counting([2, 3])
  let right = counting([3, 2])

  @Test(arguments: [false, true]) func addsARowBias(prepared: Bool) throws {
    let bias = Tensor([2], [100, 200] as [Float])
    let result = try run(Gemm.self, [left, right, bias], prepare: prepared)[0]
    expect(result, [2, 2], isNear: [122, 228, 149, 264])
  }

  @Test func scalesBothTerms() throws {
    let column = Tensor([2, 1], [10, 20] as [Float])
    let result = try run(Gemm.self, [left, right, column], attributes: ["alpha": .float(0.5), "beta": .float(-1)])[0]
    expect(result, [2, 2], isNear: [1, 4, 4.5, 12])
  }

  @Test(arguments: [false, true]) func transposesBoth(prepared: Bool) throws {
    let result = try run(
      Gemm.self, [counting([3, 2]), counting([2, 3])], attributes: ["transA": .int(1), "transB": .int(1)],
      prepare: prepared)[0]
    expect(result, [2, 2], isNear: [22, 49, 28, 64])
  }

  @Test func computesDoubles() throws {
    let result = try run(
      Gemm.self, [Tensor([1, 2], [1, 2] as [Double]), Tensor([2, 1], [3, 4] as [Double]), Tensor(scalar: 0.5)])[0]
    #expect(result.array(of: Double.self) == [11.5])
  }

  @Test func fusedActivationComesLast() throws {
    let bias = Tensor([2], [-30, -30] as [Float])
    let attributes: KeyValuePairs<String, Attribute> = [
      "activation": .string(Array("LeakyRelu".utf8)), "activation_alpha": .float(0.25),
    ]
    let result = try run(FusedGemm.self, [left, right, bias], attributes: attributes)[0]
    expect(result, [2, 2], isNear: [-2, -0.5, 19, 34])
  }

  @Test func onlyPlainProductsAreQuantized() throws {
    func rule(_ attributes: KeyValuePairs<String, Attribute>) throws -> QuantizationRule {
      let node = Node(
        Gemm.schema.name, inputs: [ValueID(0), ValueID(1)], outputs: [ValueID(2)],
        attributes: .init(uniqueKeysWithValues: attributes.map { ($0.key, $0.value) }))
      return try Gemm(NodeReader(node, version: 13)).quantization
    }
    #expect(try rule([:]) == .weighted(weightAxis: 1))
    #expect(try rule(["transB": .int(1)]) == .weighted(weightAxis: 0))
    #expect(try rule(["transA": .int(1)]) == .keepFloat)
    #expect(try rule(["alpha": .float(2)]) == .keepFloat)
    #expect(try rule(["beta": .float(0)]) == .keepFloat)
  }

  @Test func mismatchesAreNamed() {
    #expect(
      message { _ = try run(Gemm.self, [left, counting([2, 3])]) }
        == "input 1 has shape [2, 3], whose 2 rows do not meet the 3 columns of input 0")
    #expect(
      message { _ = try run(Gemm.self, [counting([6]), right]) } == "input 0 has shape [6], expected a matrix")
    #expect(
      message { _ = try run(Gemm.self, [left, right, counting([3])]) }
        == "input 2 has shape [3], which does not broadcast to [2, 2]")
    #expect(
      message { _ = try run(FusedGemm.self, [left, right], attributes: ["activation": .string(Array("Gelu".utf8))]) }
        == "attribute \"activation\" is \"Gelu\", which is not fused here")
  }
}
