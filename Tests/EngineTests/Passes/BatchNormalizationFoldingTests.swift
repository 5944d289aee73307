import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct BatchNormalizationFoldingTests {
  /// A 1×1 convolution of one channel into two, and its normalization.
  private func graph(bias: Bool, opset: Int = 13, training: Int64? = nil) -> GraphBuilder {
    var graph = GraphBuilder(opset: opset)
    graph.input("x", [1, 1, 1, 2])
    graph.constant("w", [2, 1, 1, 1], [3, -2])
    graph.constant("b", [2], [1, 5])
    graph.constant("scale", [2], [2, 6])
    graph.constant("shift", [2], [0.5, -1])
    graph.constant("mean", [2], [4, 1])
    graph.constant("variance", [2], [4, 9])
    graph.node("Conv", bias ? ["x", "w", "b"] : ["x", "w"], ["h"])
    graph.node(
      "BatchNormalization", ["h", "scale", "shift", "mean", "variance"], ["y"],
      training.map { ["epsilon": .float(0), "training_mode": .int($0)] } ?? ["epsilon": .float(0)])
    graph.output("y")
    return graph
  }

  @Test func weightsAndBiasIncludeTheNormalization() throws {
    let model = try graph(bias: true).model.applying(BatchNormalizationFolding())
    #expect(model.operatorTypes == ["Conv"])
    // The factors are 2/√4 = 1 and 6/√9 = 2.
    let inputs = model.main.nodes[0].inputs
    #expect(try model[#require(inputs[1])].constant?.floats == [3, -4])
    // (1 − 4)·1 + 0.5 and (5 − 1)·2 − 1.
    #expect(try model[#require(inputs[2])].constant?.floats == [-2.5, 7])
    #expect(model.main.nodes[0].outputs == model.main.outputs)
  }

  @Test func aMissingBiasCountsAsZero() throws {
    let model = try graph(bias: false).model.applying(BatchNormalizationFolding())
    #expect(model.operatorTypes == ["Conv"])
    // (0 − 4)·1 + 0.5 and (0 − 1)·2 − 1.
    #expect(try model[#require(model.main.nodes[0].inputs[2])].constant?.floats == [-3.5, -3])
  }

  @Test func weightsThatAreSharedKeepTheirValuesElsewhere() throws {
    var graph = graph(bias: true)
    graph.node("Conv", ["x", "w", "b"], ["z"])
    graph.output("z")
    let model = graph.model
    let inputs = [randomTensor([1, 1, 1, 2])]
    let expected = try run(model, inputs)
    let actual = try run(model, inputs, passes: [BatchNormalizationFolding()])
    #expect(actual[1].floats == expected[1].floats)
    #expect(actual[0].relativeDifference(from: expected[0]) <= 1e-6)
  }

  @Test func aConvolutionThatOthersUseStays() throws {
    var graph = graph(bias: true)
    graph.output("h")
    #expect(
      try graph.model.applying(BatchNormalizationFolding()).operatorTypes == ["Conv", "BatchNormalization"])
  }

  @Test func aNormalizationInTrainingStays() throws {
    let graph = graph(bias: true, opset: 14, training: 1)
    #expect(
      try graph.model.applying(BatchNormalizationFolding()).operatorTypes == ["Conv", "BatchNormalization"])
  }

  /// x, a product with 2 columns, perhaps a view, and a normalization with the factors 1 and 2.
  private func product(
    _ type: String, weight: [Float] = [3, -2], transposed: Bool = false, bias: [Float]? = nil, beta: Float = 1,
    view: String? = nil, viewedShape: [Int64] = [-1, 2], rows: [Int?] = [3]
  ) -> GraphBuilder {
    var graph = GraphBuilder()
    graph.input("x", rows + [1])
    graph.constant("w", transposed ? [2, 1] : [1, 2], weight)
    graph.constant("scale", [2], [2, 6])
    graph.constant("shift", [2], [0.5, -1])
    graph.constant("mean", [2], [4, 1])
    graph.constant("variance", [2], [4, 9])
    if let bias { graph.constant("b", [bias.count], bias) }
    graph.node(
      type, bias == nil ? ["x", "w"] : ["x", "w", "b"], ["h"],
      type == "Gemm" ? ["transB": .int(transposed ? 1 : 0), "beta": .float(beta)] : [:])
    graph.constant("shape", Tensor([viewedShape.count], viewedShape))
    switch view {
    case "Flatten"?: graph.node("Flatten", ["h"], ["m"], ["axis": .int(Int64(rows.count))])
    case let view?: graph.node(view, ["h", "shape"], ["m"])
    case nil: break
    }
    graph.node(
      "BatchNormalization", [view == nil ? "h" : "m", "scale", "shift", "mean", "variance"], ["y"],
      ["epsilon": .float(0)])
    graph.output("y")
    return graph
  }

  private func expectFolding(
    _ graph: GraphBuilder, _ operators: [String], inputs: Shape = [3, 1],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let folded = try graph.model.applying(BatchNormalizationFolding())
    #expect(folded.operatorTypes == operators, sourceLocation: sourceLocation)
    let inputs = [randomTensor(inputs.dimensions)]
    let (expected, actual) = (
      try run(graph.model, inputs), try run(graph.model, inputs, passes: [BatchNormalizationFolding()])
    )
    #expect(actual[0].shape == expected[0].shape, sourceLocation: sourceLocation)
    #expect(actual[0].relativeDifference(from: expected[0]) <= 1e-6, sourceLocation: sourceLocation)
  }

  @Test func aGemmTakesItIntoItsBias() throws {
    try expectFolding(product("Gemm"), ["Gemm"])
    try expectFolding(product("Gemm", transposed: true, bias: [1, 5]), ["Gemm"])
    try expectFolding(product("Gemm", bias: [1]), ["Gemm", "BatchNormalization"])
    try expectFolding(product("Gemm", bias: [1, 5], beta: 2), ["Gemm", "BatchNormalization"])
  }

  @Test(arguments: ["Flatten", "Reshape"]) func aMatMulIsFollowedByASum(view: String) throws {
    try expectFolding(product("MatMul", view: view, rows: [2, 3]), ["MatMul", "Add", view], inputs: [2, 3, 1])
  }

  @Test func aMatMulWhoseColumnsAreNoChannelsStays() throws {
    // Without a view, the channels of a stack of matrices are its rows.
    try expectFolding(
      product("MatMul", rows: [3, 2]), ["MatMul", "BatchNormalization"], inputs: [3, 2, 1])
    // A view of other columns.
    try expectFolding(
      product("MatMul", view: "Reshape", viewedShape: [-1, 2, 1], rows: [2, 3]),
      ["MatMul", "Reshape", "BatchNormalization"], inputs: [2, 3, 1])
  }
}
