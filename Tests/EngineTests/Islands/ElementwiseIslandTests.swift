import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct ElementwiseIslandTests {
  private let pair = [randomTensor([2, 3], seed: 1), randomTensor([2, 3], seed: 2)]
  private let image = [randomTensor([1, 2, 4, 4])]

  private func binary(_ type: String) -> GraphBuilder {
    var graph = GraphBuilder()
    graph.quantizedInput("p", [2, 3], as: "a")
    graph.quantizedInput("q", [2, 3], as: "b", scale: 1 / 100)
    graph.node(type, ["a", "b"], ["s"])
    graph.quantizedOutput("s", scale: 1 / 50)
    return graph
  }

  private func unary(
    _ type: String, _ attributes: KeyValuePairs<String, Attribute> = [:], scale: Float = 1 / 100, opset: Int = 13
  ) -> GraphBuilder {
    var graph = GraphBuilder(opset: opset)
    graph.quantizedInput("x", [1, 2, 4, 4], as: "a")
    graph.node(type, ["a"], ["s"], attributes)
    graph.quantizedOutput("s", scale: scale)
    return graph
  }

  @Test(arguments: ["Add", "Mul"]) func sumsAndProductsOfIntegersAreOnes(type: String) throws {
    try expectIsland(
      binary(type), ["QuantizeLinear", "QuantizeLinear", "QLinear\(type)", "DequantizeLinear"], inputs: pair,
      within: 1 / 50)
  }

  @Test func otherOperatorsAreNotCovered() throws {
    try expectNoIsland(binary("Sub"), inputs: pair)
    try expectNoIsland(binary("Max"), inputs: pair)
    try expectNoIsland(unary("Tanh"), inputs: image)
  }

  @Test func aSumThatIsUsedElsewhereIsNotCovered() throws {
    var graph = binary("Add")
    graph.output("s")
    try expectNoIsland(graph, inputs: pair)
  }

  @Test func aSumWithAFloatIsNotCovered() throws {
    var graph = GraphBuilder()
    graph.quantizedInput("p", [2, 3], as: "a")
    graph.input("q", [2, 3])
    graph.node("Add", ["a", "q"], ["s"])
    graph.quantizedOutput("s", scale: 1 / 50)
    try expectNoIsland(graph, inputs: pair)
  }

  @Test func aSumOfDifferentIntegerTypesIsNotCovered() throws {
    var graph = GraphBuilder()
    graph.quantizedInput("p", [2, 3], as: "a")
    graph.dequantizedConstant("b", [3], [10 as Int8, -20, 30], scales: [0.02])
    graph.node("Add", ["a", "b"], ["s"])
    graph.quantizedOutput("s", scale: 1 / 50)
    try expectNoIsland(graph, inputs: [pair[0]])
  }

  @Test func aSumOf32BitIntegersIsNotCovered() throws {
    var graph = GraphBuilder()
    graph.quantizedInput("p", [2, 3], as: "a")
    graph.dequantizedConstant("b", [3], [1000 as Int32, -2000, 3000], scales: [0.0002])
    graph.node("Add", ["a", "b"], ["s"])
    graph.quantizedOutput("s", scale: 1 / 50)
    try expectNoIsland(graph, inputs: [pair[0]])
  }

  static let functions: [(String, KeyValuePairs<String, Attribute>)] = [
    ("Sigmoid", [:]), ("LeakyRelu", ["alpha": .float(0.1)]),
    ("AveragePool", ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])]), ("GlobalAveragePool", [:]),
    ("Softmax", ["axis": .int(-1)]),
  ]

  @Test(arguments: functions.indices) func functionsOfIntegersAreOnes(_ index: Int) throws {
    let (type, attributes) = Self.functions[index]
    try expectIsland(
      unary(type, attributes), ["QuantizeLinear", "QLinear\(type)", "DequantizeLinear"], inputs: image, within: 1 / 100)
  }

  @Test func softmaxKeepsTheMeaningOfItsOpset() throws {
    let graph = unary("Softmax", ["axis": .int(1)], opset: 11)
    try expectIsland(
      graph, ["QuantizeLinear", "QLinearSoftmax", "DequantizeLinear"], inputs: image, within: 1 / 100)
  }

  @Test func integersOf16BitsAreNotCovered() throws {
    var graph = GraphBuilder(opset: 21)
    graph.input("x", [2, 3])
    graph.quantize("x", to: "q", scale: 1e-4, zeroPoint: 32768 as UInt16)
    graph.dequantize("q", to: "a", scale: 1e-4, zeroPoint: 32768 as UInt16)
    graph.node("Sigmoid", ["a"], ["s"])
    graph.quantize("s", to: "t", scale: 1e-4, zeroPoint: 32768 as UInt16)
    graph.dequantize("t", to: "y", scale: 1e-4, zeroPoint: 32768 as UInt16)
    graph.output("y")
    try expectNoIsland(graph, inputs: [pair[0]])
  }

  @Test func aZeroPointThatIsLeftOutHasTheTypeOfTheIntegers() throws {
    var graph = GraphBuilder()
    graph.input("x", [2, 3])
    graph.quantize("x", to: "q", scale: 1 / 64, zeroPoint: 0 as Int8)
    graph.constant("scale", 1 / 64)
    graph.node("DequantizeLinear", ["q", "scale"], ["a"])
    graph.node("Sigmoid", ["a"], ["s"])
    graph.quantize("s", to: "t", scale: 1 / 127, zeroPoint: 0 as Int8)
    graph.node("DequantizeLinear", ["t", "t.scale"], ["y"])
    graph.output("y")
    try expectIsland(
      graph, ["QuantizeLinear", "QLinearSigmoid", "DequantizeLinear"], inputs: [pair[0]], within: 1 / 127)
  }

  @Test func concatenationsOfIntegersAreOnes() throws {
    var graph = GraphBuilder()
    graph.quantizedInput("p", [2, 3], as: "a")
    graph.quantizedInput("q", [2, 3], as: "b", scale: 1 / 100)
    graph.node("Concat", ["a", "b"], ["c"], ["axis": .int(1)])
    graph.quantizedOutput("c", scale: 1 / 50)
    try expectIsland(
      graph, ["QuantizeLinear", "QuantizeLinear", "QLinearConcat", "DequantizeLinear"], inputs: pair, within: 1 / 50)
  }

  @Test func aConcatenationWithAFloatIsNotCovered() throws {
    var graph = GraphBuilder()
    graph.quantizedInput("p", [2, 3], as: "a")
    graph.input("q", [2, 3])
    graph.node("Concat", ["a", "q"], ["c"], ["axis": .int(1)])
    graph.quantizedOutput("c", scale: 1 / 50)
    try expectNoIsland(graph, inputs: pair)
  }
}
