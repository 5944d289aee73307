import Engine
import Kernels
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct RoundingFusionTests {
  /// An input [3, 4] rounded to half precision, weights "w" [4, 5] in that type, and what is computed from them.
  private func graph(
    from type: DataType = .float32, to half: DataType = .float16, _ consumers: (inout GraphBuilder) -> Void
  ) -> GraphBuilder {
    var graph = GraphBuilder()
    graph.input("x", [3, 4], type: type)
    graph.node("Cast", ["x"], ["h"], ["to": .int(Int64(half.rawValue))])
    let weights = randomTensor([4, 5], seed: 3).span(of: Float.self)
    let bits = weights.indices.map { UInt16(truncatingIfNeeded: weights[$0].bitPattern >> 16) }
    if half == .float16 {
      graph.constant("w", Tensor([4, 5], bits.map { Half(bits: $0 & 0x83ff | 0x3800) }))
    } else {
      graph.constant("w", Tensor([4, 5], bits.map { BFloat16(bits: $0) }))
    }
    consumers(&graph)
    graph.output("y")
    return graph
  }

  /// Checks what the pass leaves after HalfRoundTripFolding, and that results are the same to the bit.
  private func check(
    _ graph: GraphBuilder, leaves types: [String], on input: Tensor = randomTensor([3, 4], seed: 5),
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let model = try graph.model.applying(HalfRoundTripFolding(), RoundingFusion())
    #expect(model.operatorTypes == types, sourceLocation: sourceLocation)
    for tier in KernelTier.available {
      let compute = Compute(tier: tier, threads: 2)
      let expected = try run(graph.model, [input], compute: compute)
      for passes: [any GraphPass] in [[HalfRoundTripFolding(), RoundingFusion()], PassList.standard] {
        let actual = try run(graph.model, [input], passes: passes, compute: compute)
        for (output, reference) in zip(actual, expected) {
          #expect(output.type == reference.type, sourceLocation: sourceLocation)
          #expect(output.shape == reference.shape, sourceLocation: sourceLocation)
          #expect(output.floats.map(\.bitPattern) == reference.floats.map(\.bitPattern), sourceLocation: sourceLocation)
        }
      }
    }
  }

  @Test(arguments: [DataType.float16, .bfloat16]) func aProductRoundsItsLeftOperand(half: DataType) throws {
    try check(graph(to: half) { $0.node("MatMul", ["h", "w"], ["y"]) }, leaves: ["Linear"])
  }

  @Test func aGemmKeepsItsBiasAndItsTransposition() throws {
    let graph = graph {
      $0.constant("v", Tensor([2, 4], (0..<8).map { Half(bits: 0x3800 + $0 * 77) }))
      $0.constant("b", Tensor([2], [Half(bits: 0x3555), Half(bits: 0xB800)]))
      $0.node("Gemm", ["h", "v", "b"], ["y"], ["transB": .int(1)])
    }
    try check(graph, leaves: ["Linear"])
  }

  @Test func anActivationStillJoinsTheProduct() throws {
    let graph = graph {
      $0.node("Gemm", ["h", "w"], ["p"])
      $0.node("Relu", ["p"], ["y"])
    }
    try check(graph, leaves: ["Linear", "Relu"])
    let model = try graph.model.applying(HalfRoundTripFolding(), RoundingFusion(), ActivationFusion())
    #expect(model.operatorTypes == ["Linear"])
  }

  @Test func severalProductsMayReadItInOtherShapes() throws {
    let graph = graph {
      $0.constant("s", Tensor([2], [6, 2] as [Int64]))
      $0.constant("v", Tensor([2, 5], (0..<10).map { Half(bits: 0x3800 + $0 * 77) }))
      $0.node("Flatten", ["h"], ["f"])
      $0.node("MatMul", ["f", "w"], ["y"])
      $0.node("Reshape", ["h", "s"], ["r"])
      $0.node("MatMul", ["r", "v"], ["z"])
      $0.output("z")
    }
    try check(graph, leaves: ["Flatten", "Linear", "Reshape", "Linear"])
  }

  @Test func aRoundingThatAnythingElseReadsStays() throws {
    let other = graph {
      $0.node("MatMul", ["h", "w"], ["p"])
      $0.node("ReduceMean", ["h"], ["m"], ["keepdims": .int(0)])
      $0.node("Add", ["p", "m"], ["y"])
    }
    try check(other, leaves: ["HalfRounding", "MatMul", "ReduceMean", "Add"])
    let right = graph {
      $0.constant("v", Tensor([2, 3], (0..<6).map { Half(bits: 0x3800 + $0 * 77) }))
      $0.node("MatMul", ["v", "h"], ["y"])
    }
    try check(right, leaves: ["HalfRounding", "MatMul"])
    let both = graph {
      $0.node("Transpose", ["h"], ["t"])
      $0.node("MatMul", ["h", "t"], ["y"])
    }
    try check(both, leaves: ["HalfRounding", "Transpose", "MatMul"])
  }

  @Test func aScaledProductStays() throws {
    let graph = graph { $0.node("Gemm", ["h", "w"], ["y"], ["alpha": .float(0.5)]) }
    try check(graph, leaves: ["HalfRounding", "Gemm"])
  }

  @Test func numbersOfAnotherTypeAreConvertedByTheRounding() throws {
    let graph = graph(from: .int32) { $0.node("MatMul", ["h", "w"], ["y"]) }
    let input = Tensor([3, 4], [1, 2049, 2051, -5, 3, 4, 70000, 7, 8, 9, 4099, -4097] as [Int32])
    try check(graph, leaves: ["HalfRounding", "MatMul"], on: input)
  }

  @Test func aRoundingToNoHalfTypeIsAnError() {
    var graph = GraphBuilder()
    graph.input("x", [3, 4])
    graph.constant("w", randomTensor([4, 5], seed: 3))
    graph.node("Linear", ["x", "w"], ["y"], ["rounding": .int(11)], domain: "quantize.internal")
    graph.output("y")
    #expect(
      message { _ = try run(graph.model, [randomTensor([3, 4])]) }
        == "node \"y\" (quantize.internal::Linear): attribute \"rounding\" is float64, expected float16 or bfloat16")
  }
}
