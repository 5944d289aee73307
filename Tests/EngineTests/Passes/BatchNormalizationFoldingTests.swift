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
}
