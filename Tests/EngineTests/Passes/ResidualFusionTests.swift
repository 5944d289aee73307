import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct ResidualFusionTests {
  /// A convolution of `x` into "h" and what follows it.
  private func graph(_ residual: [Int], _ after: (inout GraphBuilder) -> Void) -> GraphBuilder {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [2, 4, 5, 6])
    graph.input("r", residual)
    graph.constant("w", randomTensor([4, 4, 3, 3], seed: 3))
    graph.constant("b", randomTensor([4], seed: 4))
    graph.node("Conv", ["x", "w", "b"], ["h"], ["pads": .ints([1, 1, 1, 1])])
    after(&graph)
    graph.output("y")
    return graph
  }

  private func inputs(_ residual: [Int]) -> [Tensor] {
    [randomTensor([2, 4, 5, 6], seed: 5), randomTensor(residual, seed: 6)]
  }

  @Test(arguments: [[2, 4, 5, 6], [1, 4, 1, 1], [6], [1, 2, 4, 5, 6]])
  func aResidualOfAnyShapeJoinsTheConvolution(shape: [Int]) throws {
    let graph = graph(shape) { $0.node("Add", ["r", "h"], ["y"]) }
    try checkFusion(graph, [ResidualFusion()], leaves: ["Conv"], on: inputs(shape))
  }

  @Test func theActivationOfTheSumComesLast() throws {
    let graph = graph([2, 4, 5, 6]) { graph in
      graph.node("Add", ["h", "r"], ["s"])
      graph.node("Relu", ["s"], ["y"])
    }
    try checkFusion(graph, [ResidualFusion(), ActivationFusion()], leaves: ["Conv"], on: inputs([2, 4, 5, 6]))
  }

  @Test func theActivationOfABroadcastSumComesLast() throws {
    let graph = graph([1, 4, 1, 1]) { graph in
      graph.node("Add", ["h", "r"], ["s"])
      graph.node("HardSwish", ["s"], ["y"])
    }
    var newer = graph
    newer.edit { $0.opsets[""] = 14 }
    try checkFusion(newer, [ResidualFusion(), ActivationFusion()], leaves: ["Conv"], on: inputs([1, 4, 1, 1]))
  }

  @Test func aResidualBlockStaysChannelsLast() throws {
    let graph = graph([2, 4, 5, 6]) { graph in
      graph.node("Relu", ["h"], ["k"])
      graph.node("Conv", ["k", "w"], ["m"], ["pads": .ints([1, 1, 1, 1])])
      graph.node("Add", ["k", "m"], ["s"])
      graph.node("Relu", ["s"], ["y"])
    }
    let passes: [any GraphPass] = [ChannelsLastLayout(), ResidualFusion(), ActivationFusion()]
    try checkFusion(
      graph, passes, leaves: ["Transpose", "FusedConv", "Conv", "Transpose"], on: inputs([2, 4, 5, 6]))
  }

  @Test func ofTwoConvolutionsTheLaterOneAddsTheOther() throws {
    let graph = graph([2, 4, 5, 6]) { graph in
      graph.node("Conv", ["r", "w"], ["k"], ["pads": .ints([1, 1, 1, 1])])
      graph.node("Add", ["h", "k"], ["y"])
    }
    let model = try graph.model.applying(ResidualFusion())
    #expect(model.listing == ["h = Conv(x, w, b)", "y = Conv(r, w, , h)"])
    try checkFusion(graph, [ResidualFusion()], leaves: ["Conv", "Conv"], on: inputs([2, 4, 5, 6]))
  }

  @Test func anActivationBeforeTheSumStays() throws {
    let graph = graph([2, 4, 5, 6]) { graph in
      graph.node("Relu", ["h"], ["k"])
      graph.node("Add", ["k", "r"], ["y"])
    }
    try checkFusion(
      graph, [ActivationFusion(), ResidualFusion()], leaves: ["FusedConv", "Add"], on: inputs([2, 4, 5, 6]))
  }

  @Test func aConvolutionThatOthersUseStays() throws {
    let graph = graph([2, 4, 5, 6]) { graph in
      graph.node("Add", ["h", "r"], ["y"])
      graph.output("h")
    }
    try checkFusion(graph, [ResidualFusion()], leaves: ["Conv", "Add"], on: inputs([2, 4, 5, 6]))
  }

  @Test func theResidualOfAFileIsKeptChannelsLast() throws {
    var graph = GraphBuilder(opset: 13, domains: ["com.microsoft": 1])
    graph.input("x", [2, 4, 5, 6])
    graph.constant("w", randomTensor([4, 4, 3, 3], seed: 3))
    graph.node("Conv", ["x", "w"], ["h"], ["pads": .ints([1, 1, 1, 1])])
    graph.node("FusedConv", ["h", "w", "", "h"], ["y"], ["pads": .ints([1, 1, 1, 1])], domain: "com.microsoft")
    graph.output("y")
    try checkFusion(
      graph, [ChannelsLastLayout()], leaves: ["Transpose", "Conv", "FusedConv", "Transpose"],
      on: [randomTensor([2, 4, 5, 6], seed: 5)])
  }
}
