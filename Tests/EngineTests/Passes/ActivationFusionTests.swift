import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct ActivationFusionTests {
  private func graph(opset: Int = 13, _ after: (inout GraphBuilder) -> Void) -> GraphBuilder {
    var graph = GraphBuilder(opset: opset)
    graph.input("x", [1, 2, 4, 4])
    graph.constant("w", randomTensor([3, 2, 3, 3], seed: 3))
    graph.node("Conv", ["x", "w"], ["h"])
    after(&graph)
    graph.output("y")
    return graph
  }

  private func check(_ graph: GraphBuilder, _ types: [String]) throws {
    #expect(try graph.model.applying(ActivationFusion()).operatorTypes == types)
    let inputs = [randomTensor([1, 2, 4, 4], seed: 5, scale: 4)]
    let expected = try run(graph.model, inputs)
    let actual = try run(graph.model, inputs, passes: [ActivationFusion()])
    for (output, reference) in zip(actual, expected) { #expect(output.relativeDifference(from: reference) <= 1e-6) }
  }

  @Test(arguments: ["Relu", "Sigmoid", "Tanh", "LeakyRelu"]) func activationsFuse(type: String) throws {
    try check(graph { $0.node(type, ["h"], ["y"]) }, ["FusedConv"])
  }

  @Test func theSlopeOfALeakyReluIsKept() throws {
    try check(graph { $0.node("LeakyRelu", ["h"], ["y"], ["alpha": .float(0.3)]) }, ["FusedConv"])
  }

  @Test func aClipWithConstantBoundsFuses() throws {
    let inputs = graph { graph in
      graph.constant("low", -0.5)
      graph.constant("high", 0.75)
      graph.node("Clip", ["h", "low", "high"], ["y"])
    }
    try check(inputs, ["FusedConv"])
    try check(graph(opset: 7) { $0.node("Clip", ["h"], ["y"], ["min": .float(0), "max": .float(0.5)]) }, ["FusedConv"])
  }

  @Test func aResultThatIsUsedOtherwiseIsNotFused() throws {
    let graph = graph { graph in
      graph.node("Relu", ["h"], ["r"])
      graph.node("Add", ["r", "h"], ["y"])
    }
    try check(graph, ["Conv", "Relu", "Add"])
  }

  @Test(arguments: ["HardSwish", "Gelu", "Softplus", "Elu"])
  func functionsThatFusedConvDoesNotKnowFuseIntoTheInternalForm(type: String) throws {
    let graph = graph(opset: 20) { $0.node(type, ["h"], ["y"]) }
    #expect(try graph.model.applying(ActivationFusion()).main.nodes[0].operatorName.domain == "quantize.internal")
    try check(graph, ["Conv"])
  }

  @Test func theFactorOfAQuickGeluIsKept() throws {
    let graph = graph { $0.node("QuickGelu", ["h"], ["y"], ["alpha": .float(0.7)], domain: "com.microsoft") }
    try check(graph, ["Conv"])
  }

  @Test(arguments: ["Relu", "Sigmoid", "HardSigmoid"]) func activationsFuseIntoAGemm(type: String) throws {
    try checkProduct("Gemm", type, leaves: ["FusedGemm"])
  }

  @Test(arguments: ["Gelu", "HardSwish"]) func otherFunctionsOfAGemmMakeItLinear(type: String) throws {
    try checkProduct("Gemm", type, leaves: ["Linear"])
  }

  @Test(arguments: ["Relu", "Gelu"]) func activationsFuseIntoAMatMul(type: String) throws {
    try checkProduct("MatMul", type, leaves: ["Linear"])
  }

  @Test func theParametersOfAFusedGemmAreKept() throws {
    try checkProduct("Gemm", "HardSigmoid", ["alpha": .float(0.3), "beta": .float(0.1)], leaves: ["FusedGemm"])
  }

  private func checkProduct(
    _ product: String, _ type: String, _ attributes: KeyValuePairs<String, Attribute> = [:], leaves types: [String]
  ) throws {
    var graph = GraphBuilder(opset: 20)
    graph.input("x", [3, 4])
    graph.constant("w", randomTensor([4, 5], seed: 3, scale: 3))
    graph.node(product, ["x", "w"], ["h"])
    graph.node(type, ["h"], ["y"], attributes)
    graph.output("y")
    try checkFusion(graph, [ActivationFusion()], leaves: types, on: [randomTensor([3, 4], seed: 5, scale: 2)])
  }

  @Test(
    arguments: ["BatchNormalization", "InstanceNormalization", "GroupNormalization"], ["Relu", "LeakyRelu", "Gelu"])
  func activationsFuseIntoANormalization(normalization: String, type: String) throws {
    var graph = GraphBuilder(opset: 21)
    graph.input("x", [2, 4, 3, 3])
    for (index, name) in ["scale", "shift", "mean"].enumerated() {
      graph.constant(name, randomTensor([4], seed: UInt64(index) + 3))
    }
    graph.constant("variance", [4], [0.5, 1, 2, 4])
    let inputs = normalization == "BatchNormalization" ? ["scale", "shift", "mean", "variance"] : ["scale", "shift"]
    let attributes: KeyValuePairs<String, Attribute> =
      normalization == "GroupNormalization" ? ["num_groups": .int(2)] : [:]
    graph.node(normalization, ["x"] + inputs, ["h"], attributes)
    graph.node(type, ["h"], ["y"])
    graph.output("y")
    let data = [randomTensor([2, 4, 3, 3], seed: 9, scale: 2)]
    try checkFusion(graph, [ActivationFusion()], leaves: [normalization], on: data)
  }

  @Test func functionsThatNoProductKnowsStay() throws {
    try check(graph { $0.node("Exp", ["h"], ["y"]) }, ["Conv", "Exp"])
  }
}
