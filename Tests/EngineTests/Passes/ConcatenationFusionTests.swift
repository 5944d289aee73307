import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct ConcatenationFusionTests {
  /// Two convolutions of `x`, whose results "p" and "q" lead to "y" by what follows.
  private func graph(
    groups: Int = 1,
    _ after: (inout GraphBuilder) -> Void = { $0.node("Concat", ["p", "q"], ["y"], ["axis": .int(1)]) }
  ) -> GraphBuilder {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [2, 4, 7, 6])
    graph.constant("v", randomTensor([5, 4, 1, 1], seed: 3))
    graph.constant("w", randomTensor([4, 4 / groups, 3, 3], seed: 4))
    graph.constant("b", randomTensor([4], seed: 5))
    graph.node("Conv", ["x", "v"], ["p"])
    graph.node("Conv", ["x", "w", "b"], ["h"], ["pads": .ints([1, 1, 1, 1]), "group": .int(Int64(groups))])
    graph.node("Relu", ["h"], ["q"])
    after(&graph)
    graph.output("y")
    return graph
  }

  private let passes: [any GraphPass] = [ChannelsLastLayout(), ActivationFusion(), ConcatenationFusion()]
  private let inputs = [randomTensor([2, 4, 7, 6], seed: 6)]

  @Test(arguments: [1, 2]) func convolutionsWriteWhereTheirResultsBelong(groups: Int) throws {
    try checkFusion(graph(groups: groups), passes, leaves: ["Transpose", "ConcatenatedConv", "Transpose"], on: inputs)
  }

  private func expectConcat(_ graph: GraphBuilder, _ passes: [any GraphPass]) throws {
    let types = try passes.reduce(graph.model) { try $0.applying($1) }.operatorTypes
    #expect(types.contains("Concat") && !types.contains("ConcatenatedConv"))
  }

  @Test func anotherAxisStays() throws {
    let graph = graph { graph in
      graph.constant("u", randomTensor([4, 4, 1, 1], seed: 7))
      graph.node("Conv", ["x", "u"], ["r"])
      graph.node("Concat", ["r", "q"], ["y"], ["axis": .int(3)])
    }
    try expectConcat(graph, passes)
  }

  @Test func channelsThatComeFirstStay() throws { try expectConcat(graph(), [ConcatenationFusion()]) }

  @Test func aResultThatOthersUseStays() throws {
    let graph = graph { graph in
      graph.node("Concat", ["p", "q"], ["y"], ["axis": .int(1)])
      graph.output("p")
    }
    try expectConcat(graph, passes)
  }

  @Test func theSameResultTwiceStays() throws {
    try expectConcat(graph { $0.node("Concat", ["q", "q"], ["y"], ["axis": .int(1)]) }, passes)
  }

  @Test func aDepthwiseConvolutionStays() throws { try expectConcat(graph(groups: 4), passes) }

  @Test func anErrorNamesTheConvolution() throws {
    let graph = graph { graph in
      graph.constant("u", randomTensor([4, 3, 1, 1], seed: 7))
      graph.node("Conv", ["x", "u"], ["r"], name: "odd one")
      graph.node("Concat", ["q", "r"], ["y"], ["axis": .int(1)], name: "join")
    }
    #expect(
      message { _ = try run(graph.model, inputs, passes: passes) }
        == "node \"join\" (quantize.internal::ConcatenatedConv): convolution \"odd one\": "
        + "input 1 has shape [4, 3, 1, 1] but input 0 has 4 channels")
  }

  @Test func resultsThatDoNotFitAreAnError() throws {
    let graph = graph { graph in
      graph.node("Conv", ["x", "w"], ["r"])
      graph.node("Concat", ["q", "r"], ["y"], ["axis": .int(1)], name: "join")
    }
    #expect(
      message { _ = try run(graph.model, inputs, passes: passes) }
        == "node \"join\" (quantize.internal::ConcatenatedConv): "
        + "input 1 has shape [2, 5, 4, 4], which does not fit [2, 7, 6, 4] along axis 3")
  }
}
