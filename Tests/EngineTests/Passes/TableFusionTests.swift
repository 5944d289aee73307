import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct TableFusionTests {
  /// A quantized convolution [1, 8, 9, 7] with a kernel of 3 × 3, and the dequantized result "c".
  private func graph(groups: Int = 1, _ after: (inout GraphBuilder) -> Void) -> GraphBuilder {
    var graph = GraphBuilder(opset: 14)
    graph.quantizedInput("x", [1, 8, 9, 7], as: "a")
    let count = 8 * (8 / groups) * 9
    let weights = numbers(count, seed: 3).map { Int8($0 * 100) }
    graph.dequantizedConstant("w", [8, 8 / groups, 3, 3], weights, scales: [0.01])
    graph.node("Conv", ["a", "w"], ["s"], ["group": .int(Int64(groups)), "pads": .ints([1, 1, 1, 1])])
    graph.quantize("s", to: "sq", scale: 1 / 20, zeroPoint: 100 as UInt8)
    graph.dequantize("sq", to: "c", scale: 1 / 20, zeroPoint: 100 as UInt8)
    after(&graph)
    return graph
  }

  private let before: [any GraphPass] = [IntegerIslands(), DeadNodeElimination(), LookupFusion()]

  private func check(_ graph: GraphBuilder, leaves types: [String]) throws {
    try checkExactFusion(graph, TableFusion(), after: before, leaves: types, on: [randomTensor([1, 8, 9, 7], seed: 5)])
  }

  @Test(arguments: [1, 2, 8]) func aTableJoinsTheConvolution(groups: Int) throws {
    let graph = graph(groups: groups) {
      $0.node("HardSwish", ["c"], ["h"])
      $0.quantizedOutput("h", scale: 1 / 30)
    }
    try check(graph, leaves: ["QuantizeLinear", "QLinearConv", "DequantizeLinear"])
  }

  @Test func resultsThatOthersUseStay() throws {
    let graph = graph {
      $0.node("HardSwish", ["c"], ["h"])
      $0.quantizedOutput("h", scale: 1 / 30)
      $0.output("c")
    }
    try check(
      graph, leaves: ["QuantizeLinear", "QLinearConv", "DequantizeLinear", "ByteLookup", "DequantizeLinear"])
  }

  @Test func aTableOfAnotherTypeStays() throws {
    let graph = graph {
      $0.node("HardSwish", ["c"], ["h"])
      $0.quantize("h", to: "q", scale: 0.03, zeroPoint: 5 as Int8)
      $0.dequantize("q", to: "y", scale: 0.03, zeroPoint: 5 as Int8)
      $0.output("y")
    }
    try check(graph, leaves: ["QuantizeLinear", "QLinearConv", "ByteLookup", "DequantizeLinear"])
  }
}
