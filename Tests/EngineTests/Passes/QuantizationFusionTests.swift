import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct QuantizationFusionTests {
  /// A product [3, 40] · [40, 50] of bytes with a bias, named "s", and what follows it.
  private func graph(_ after: (inout GraphBuilder) -> Void) -> GraphBuilder {
    var graph = GraphBuilder(opset: 20)
    graph.quantizedInput("x", [3, 40], as: "a")
    graph.dequantizedConstant("w", [40, 50], numbers(40 * 50, seed: 3).map { Int8($0 * 100) }, scales: [0.01])
    graph.constant("b", randomTensor([50], seed: 7))
    graph.node("MatMul", ["a", "w"], ["p"])
    graph.node("Add", ["p", "b"], ["s"])
    after(&graph)
    return graph
  }

  private let before: [any GraphPass] = [
    IntegerIslands(), DeadNodeElimination(), LinearFusion(), ActivationFusion(),
  ]

  private func check(_ graph: GraphBuilder, leaves types: [String], more: [Tensor] = []) throws {
    try checkExactFusion(
      graph, QuantizationFusion(), after: before, leaves: types, on: [randomTensor([3, 40], seed: 5)] + more)
  }

  @Test func aQuantizationJoinsTheProduct() throws {
    let graph = graph { $0.quantizedOutput("s", scale: 1 / 32) }
    try check(graph, leaves: ["QuantizeLinear", "IntegerLinear", "DequantizeLinear"])
  }

  @Test(arguments: ["Relu", "Gelu", "Sigmoid"]) func itFollowsTheActivation(type: String) throws {
    let graph = graph {
      $0.node(type, ["s"], ["t"])
      $0.quantizedOutput("t", scale: 1 / 50)
    }
    try check(graph, leaves: ["QuantizeLinear", "IntegerLinear", "DequantizeLinear"])
  }

  @Test func signedBytesJoinToo() throws {
    let graph = graph {
      $0.quantize("s", to: "q", scale: 0.03, zeroPoint: 5 as Int8)
      $0.dequantize("q", to: "y", scale: 0.03, zeroPoint: 5 as Int8)
      $0.output("y")
    }
    try check(graph, leaves: ["QuantizeLinear", "IntegerLinear", "DequantizeLinear"])
  }

  @Test func realNumbersThatOthersUseStay() throws {
    let graph = graph {
      $0.quantizedOutput("s", scale: 1 / 32)
      $0.output("s")
    }
    try check(graph, leaves: ["QuantizeLinear", "IntegerLinear", "QuantizeLinear", "DequantizeLinear"])
  }

  @Test func anAddendStays() throws {
    let graph = graph {
      $0.input("r", [3, 50])
      $0.node("Add", ["s", "r"], ["t"])
      $0.quantizedOutput("t", scale: 1 / 32)
    }
    try check(
      graph, leaves: ["QuantizeLinear", "IntegerLinear", "QuantizeLinear", "DequantizeLinear"],
      more: [randomTensor([3, 50], seed: 8)])
  }

  @Test func scalesPerColumnAndWiderIntegersStay() throws {
    let perColumn = graph {
      $0.constant("scales", [50], (0..<50).map { 0.01 + Float($0) * 0.001 })
      $0.constant("zeros", Tensor([50], repeating: 128 as UInt8))
      $0.node("QuantizeLinear", ["s", "scales", "zeros"], ["q"])
      $0.node("DequantizeLinear", ["q", "scales", "zeros"], ["y"])
      $0.output("y")
    }
    try check(perColumn, leaves: ["QuantizeLinear", "IntegerLinear", "QuantizeLinear", "DequantizeLinear"])
    let wider = graph {
      $0.quantize("s", to: "q", scale: 0.001, zeroPoint: 5 as Int16)
      $0.dequantize("q", to: "y", scale: 0.001, zeroPoint: 5 as Int16)
      $0.output("y")
    }
    try check(wider, leaves: ["QuantizeLinear", "IntegerLinear", "QuantizeLinear", "DequantizeLinear"])
  }
}
