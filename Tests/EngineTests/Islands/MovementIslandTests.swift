import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct MovementIslandTests {
  private let image = [randomTensor([1, 2, 4, 4])]

  private func graph(
    _ type: String, _ attributes: KeyValuePairs<String, Attribute> = [:], shape: [Int64]? = nil, scale: Float = 1 / 64,
    zeroPoint: UInt8 = 128
  ) -> GraphBuilder {
    var graph = GraphBuilder()
    graph.quantizedInput("x", [1, 2, 4, 4], as: "a")
    if let shape { graph.constant("shape", Tensor([shape.count], shape)) }
    graph.node(type, shape == nil ? ["a"] : ["a", "shape"], ["m"], attributes)
    graph.quantizedOutput("m", scale: scale, zeroPoint: zeroPoint)
    return graph
  }

  static let movements: [(String, KeyValuePairs<String, Attribute>, [Int64]?)] = [
    ("MaxPool", ["kernel_shape": .ints([2, 2])], nil), ("Reshape", [:], [1, 32]),
    ("Transpose", ["perm": .ints([0, 2, 3, 1])], nil), ("Flatten", [:], nil),
  ]

  @Test(arguments: movements.indices) func equalParametersLetTheIntegersMove(_ index: Int) throws {
    let (type, attributes, shape) = Self.movements[index]
    try expectIsland(
      graph(type, attributes, shape: shape), ["QuantizeLinear", type, "DequantizeLinear"], inputs: image, within: 0)
  }

  @Test(arguments: movements.indices) func unequalParametersDoNot(_ index: Int) throws {
    let (type, attributes, shape) = Self.movements[index]
    try expectNoIsland(graph(type, attributes, shape: shape, scale: 1 / 63), inputs: image)
    try expectNoIsland(graph(type, attributes, shape: shape, zeroPoint: 127), inputs: image)
  }

  @Test func aResultThatIsUsedElsewhereIsNotCovered() throws {
    var graph = graph("Transpose", ["perm": .ints([0, 2, 3, 1])])
    graph.output("m")
    try expectNoIsland(graph, inputs: image)
  }
}
