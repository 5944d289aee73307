import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct ProductIslandTests {
  private let input = [randomTensor([3, 4])]
  private static let weights = numbers(4 * 5, seed: 3).map { Int8($0 * 100) }

  private func matrixProduct(scales: [Float] = [0.01], axis: Int? = nil, quantizesResult: Bool = true) -> GraphBuilder {
    var graph = GraphBuilder()
    graph.quantizedInput("x", [3, 4], as: "a")
    graph.dequantizedConstant("w", [4, 5], Self.weights, scales: scales, axis: axis)
    graph.node("MatMul", ["a", "w"], ["m"])
    if quantizesResult { graph.quantizedOutput("m", scale: 1 / 16) } else { graph.output("m") }
    return graph
  }

  private func gemm(
    transposed: Bool = false, bias: (shape: [Int], values: [Float])? = nil, quantizesResult: Bool = true,
    attributes: [(String, Attribute)] = [], scales: [Float] = [0.01, 0.02, 0.015, 0.005, 0.01], axis: Int = 1
  ) -> GraphBuilder {
    var graph = GraphBuilder()
    graph.quantizedInput("x", [3, 4], as: "a")
    graph.dequantizedConstant(
      "w", transposed ? [5, 4] : [4, 5], Self.weights, scales: scales, axis: axis)
    if let bias { graph.constant("b", bias.shape, bias.values) }
    graph.node("Gemm", bias == nil ? ["a", "w"] : ["a", "w", "b"], ["g"], ["transB": .int(transposed ? 1 : 0)])
    graph.edit { model in
      let last = model.main.nodes.count - 1
      for (name, value) in attributes { model.main.nodes[last].attributes[name] = value }
    }
    if quantizesResult { graph.quantizedOutput("g", scale: 1 / 16) } else { graph.output("g") }
    return graph
  }

  @Test func aMatrixProductBetweenIntegersIsOne() throws {
    let types = ["QuantizeLinear", "QLinearMatMul", "DequantizeLinear"]
    try expectIsland(matrixProduct(), types, inputs: input, within: 1 / 16)
    let perColumn = matrixProduct(scales: [0.01, 0.02, 0.015, 0.005, 0.01], axis: 1)
    try expectIsland(perColumn, types, inputs: input, within: 1 / 16)
  }

  @Test func aMatrixProductThatIsNotQuantizedTurnsToFloat() throws {
    try expectIsland(
      matrixProduct(quantizesResult: false), ["QuantizeLinear", "MatMulIntegerToFloat"], inputs: input, within: 1e-5)
  }

  @Test func scalesAlongTheSumAreNotCovered() throws {
    try expectNoIsland(matrixProduct(scales: [0.01, 0.02, 0.015, 0.005], axis: 0), inputs: input)
    try expectNoIsland(gemm(scales: [0.01, 0.02, 0.015, 0.005], axis: 0), inputs: input)
  }

  @Test(arguments: [false, true]) func aGemmBetweenIntegersIsOne(transposed: Bool) throws {
    let types = ["QuantizeLinear", "QGemm", "DequantizeLinear"]
    let axis = transposed ? 0 : 1
    try expectIsland(gemm(transposed: transposed, axis: axis), types, inputs: input, within: 1 / 16)
    let bias: (shape: [Int], values: [Float]) = ([5], [0.5, -1, 0.25, 0, 2])
    try expectIsland(gemm(transposed: transposed, bias: bias, axis: axis), types, inputs: input, within: 1 / 16)
  }

  @Test func aGemmThatIsNotQuantizedTurnsToFloat() throws {
    try expectIsland(
      gemm(bias: ([5], [0.5, -1, 0.25, 0, 2]), quantizesResult: false), ["QuantizeLinear", "QGemm"], inputs: input,
      within: 1e-3)
  }

  @Test func aGemmWithFactorsIsNotCovered() throws {
    try expectNoIsland(gemm(attributes: [("alpha", .float(2))]), inputs: input)
    try expectNoIsland(gemm(bias: ([5], [1, 2, 3, 4, 5]), attributes: [("beta", .float(0.5))]), inputs: input)
  }

  @Test func aBiasThatBroadcastsIsNotCovered() throws {
    try expectNoIsland(gemm(bias: ([1], [0.5])), inputs: input)
    try expectNoIsland(gemm(bias: ([3, 1], [0.5, 1, 2])), inputs: input)
  }

  @Test func weightsOfFourBitsAreNotCovered() throws {
    var graph = GraphBuilder(opset: 21)
    graph.quantizedInput("x", [3, 4], as: "a")
    graph.constant("w.integers", Tensor([4, 2], type: .int4, bytes: Bytes(copying: [0x21, 0xE3, 0x70, 0x81]))!)
    graph.constant("w.scale", 0.5)
    graph.node("DequantizeLinear", ["w.integers", "w.scale"], ["w"])
    graph.node("MatMul", ["a", "w"], ["m"])
    graph.quantizedOutput("m", scale: 1 / 16)
    try expectNoIsland(graph, inputs: input)
  }
}
