import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct NormalizationFusionTests {
  private func graph(
    opset: Int = 13, axes: [Int64] = [-1], _ body: (inout GraphBuilder) -> Void
  ) -> GraphBuilder {
    var graph = GraphBuilder(opset: opset)
    graph.input("x", [2, 3, 8])
    graph.constant("two", 2)
    graph.constant("epsilon", 1e-3)
    graph.constant("scale", randomTensor([8], seed: 7))
    graph.constant("bias", randomTensor([8], seed: 8))
    if opset >= 18 {
      graph.constant("axes", Tensor([axes.count], axes))
      graph.node("ReduceMean", ["x", "axes"], ["mean"])
    } else {
      graph.node("ReduceMean", ["x"], ["mean"], ["axes": .ints(axes)])
    }
    graph.node("Sub", ["x", "mean"], ["c"])
    body(&graph)
    graph.output("y")
    return graph
  }

  /// Root of the mean square of "c" into "r".
  private func root(_ graph: inout GraphBuilder, opset: Int = 13, axes: [Int64] = [-1], squares: Bool = true) {
    if squares { graph.node("Pow", ["c", "two"], ["q"]) } else { graph.node("Mul", ["c", "c"], ["q"]) }
    if opset >= 18 {
      graph.node("ReduceMean", ["q", "axes"], ["v"])
    } else {
      graph.node("ReduceMean", ["q"], ["v"], ["axes": .ints(axes)])
    }
    graph.node("Add", ["v", "epsilon"], ["e"])
    graph.node("Sqrt", ["e"], ["r"])
  }

  private func check(_ graph: GraphBuilder, _ types: [String]) throws {
    try checkFusion(graph, [NormalizationFusion()], leaves: types, on: [randomTensor([2, 3, 8], seed: 5)])
  }

  @Test(arguments: [13, 18], [false, true]) func theFormOfPyTorch(opset: Int, squares: Bool) throws {
    let graph = graph(opset: opset) { graph in
      root(&graph, opset: opset, squares: squares)
      graph.node("Div", ["c", "r"], ["n"])
      graph.node("Mul", ["n", "scale"], ["m"])
      graph.node("Add", ["m", "bias"], ["y"])
    }
    try check(graph, ["Normalization"])
  }

  @Test func theFormWithAReciprocal() throws {
    let graph = graph { graph in
      root(&graph)
      graph.node("Reciprocal", ["r"], ["i"])
      graph.node("Mul", ["i", "c"], ["n"])
      graph.node("Mul", ["scale", "n"], ["y"])
    }
    try check(graph, ["Normalization"])
  }

  @Test func theFormOfTensorFlow() throws {
    let graph = graph { graph in
      root(&graph, squares: false)
      graph.node("Reciprocal", ["r"], ["i"])
      graph.node("Mul", ["i", "scale"], ["m"])
      graph.node("Mul", ["x", "m"], ["first"])
      graph.node("Mul", ["mean", "m"], ["second"])
      graph.node("Sub", ["bias", "second"], ["rest"])
      graph.node("Add", ["first", "rest"], ["y"])
    }
    try check(graph, ["Normalization"])
  }

  @Test(arguments: [[1], [0, 2], [-1, -2], [2], [0]] as [[Int64]]) func anyAxes(axes: [Int64]) throws {
    let graph = graph(axes: axes) { graph in
      root(&graph, axes: axes)
      graph.node("Div", ["c", "r"], ["n"])
      graph.node("Mul", ["n", "scale"], ["m"])
      graph.node("Add", ["m", "bias"], ["y"])
    }
    try check(graph, ["Normalization"])
  }

  @Test func aScaleThatEnlargesTheResult() throws {
    let graph = graph { graph in
      root(&graph)
      graph.node("Div", ["c", "r"], ["n"])
      graph.constant("large", randomTensor([4, 1, 1, 8], seed: 9))
      graph.node("Mul", ["n", "large"], ["y"])
    }
    #expect(try run(graph.model, [randomTensor([2, 3, 8])], passes: [NormalizationFusion()])[0].shape == [4, 2, 3, 8])
    try check(graph, ["Normalization"])
  }

  @Test func rootMeanSquareNormalizationKeepsTheMean() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("c", [2, 3, 8])
    graph.constant("two", 2)
    graph.constant("epsilon", 1e-3)
    graph.constant("scale", randomTensor([8], seed: 7))
    root(&graph)
    graph.node("Div", ["c", "r"], ["n"])
    graph.node("Mul", ["scale", "n"], ["y"])
    graph.output("y")
    try check(graph, ["Normalization"])
  }

  @Test func momentsOfDifferentAxesStay() throws {
    let graph = graph(axes: [1]) { graph in
      root(&graph, axes: [2])
      graph.node("Div", ["c", "r"], ["y"])
    }
    // What is divided is normalised all the same, but its mean is another one.
    try check(graph, ["ReduceMean", "Sub", "Normalization"])
  }

  @Test func aMeanWithoutItsAxisStays() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("c", [8, 8])
    graph.constant("two", 2)
    graph.constant("epsilon", 1e-3)
    graph.node("Pow", ["c", "two"], ["q"])
    graph.node("ReduceMean", ["q"], ["v"], ["axes": .ints([-1]), "keepdims": .int(0)])
    graph.node("Add", ["v", "epsilon"], ["e"])
    graph.node("Sqrt", ["e"], ["r"])
    graph.node("Div", ["c", "r"], ["y"])
    graph.output("y")
    try checkFusion(
      graph, [NormalizationFusion()], leaves: ["Pow", "ReduceMean", "Add", "Sqrt", "Div"],
      on: [randomTensor([8, 8], seed: 5)])
  }
}
