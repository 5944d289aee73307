import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct PadFoldingTests {
  private func graph(
    pads: [Int64] = [0, 0, 1, 2, 0, 0, 3, 0], value: Float? = nil, mode: String = "constant", opset: Int = 13,
    _ after: (inout GraphBuilder) -> Void
  ) -> GraphBuilder {
    var graph = GraphBuilder(opset: opset)
    graph.input("x", [2, 3, 5, 6])
    graph.constant("w", randomTensor([5, 3, 3, 3], seed: 3))
    graph.constant("pads", Tensor([pads.count], pads))
    if let value { graph.constant("value", value) }
    if opset < 11 {
      graph.node("Pad", ["x"], ["p"], ["pads": .ints(pads), "mode": .string(Array(mode.utf8))])
    } else {
      graph.node("Pad", ["x", "pads"] + (value == nil ? [] : ["value"]), ["p"], ["mode": .string(Array(mode.utf8))])
    }
    after(&graph)
    graph.output("y")
    return graph
  }

  private func check(_ graph: GraphBuilder, _ types: [String]) throws {
    try checkFusion(graph, [PadFolding()], leaves: types, on: [randomTensor([2, 3, 5, 6], seed: 5)])
  }

  private func convolve(_ graph: inout GraphBuilder) { graph.node("Conv", ["p", "w"], ["y"]) }

  @Test(arguments: [7, 13]) func zerosBeforeAConvolutionBecomeItsOwn(opset: Int) throws {
    let graph = graph(opset: opset, convolve)
    try check(graph, ["Conv"])
    guard case .ints(let pads)? = try graph.model.applying(PadFolding()).main.nodes[0].attributes["pads"] else {
      Issue.record("no pads")
      return
    }
    #expect(pads == [1, 2, 3, 0])
  }

  @Test func theyAddToWhatTheConvolutionHas() throws {
    try check(graph { $0.node("Conv", ["p", "w"], ["y"], ["pads": .ints([1, 0, 0, 1])]) }, ["Conv"])
    let valid: KeyValuePairs<String, Attribute> = ["auto_pad": .string(Array("VALID".utf8))]
    try check(graph { $0.node("Conv", ["p", "w"], ["y"], valid) }, ["Conv"])
  }

  @Test func anAveragePoolCountsThem() throws {
    let small: [Int64] = [0, 0, 1, 2, 0, 0, 2, 0]
    try check(
      graph(pads: small) { $0.node("AveragePool", ["p"], ["y"], ["kernel_shape": .ints([3, 3])]) }, ["AveragePool"])
  }

  @Test func anAveragePoolThatDoesNotCountItsOwnStays() throws {
    let graph = graph(pads: [0, 0, 1, 1, 0, 0, 1, 1]) { graph in
      graph.node("AveragePool", ["p"], ["y"], ["kernel_shape": .ints([3, 3]), "pads": .ints([1, 1, 1, 1])])
    }
    try check(graph, ["Pad", "AveragePool"])
  }

  @Test func otherValuesAndModesAndAxesStay() throws {
    try check(graph(value: 0, convolve), ["Conv"])
    try check(graph(value: 1, convolve), ["Pad", "Conv"])
    try check(graph(mode: "edge", convolve), ["Pad", "Conv"])
    try check(graph(pads: [1, 0, 1, 1, 0, 0, 1, 1], convolve), ["Pad", "Conv"])
    try check(graph(pads: [0, 0, -1, 1, 0, 0, 1, 1], convolve), ["Pad", "Conv"])
  }

  @Test func automaticPaddingStays() throws {
    let same: KeyValuePairs<String, Attribute> = ["auto_pad": .string(Array("SAME_UPPER".utf8))]
    try check(graph { $0.node("Conv", ["p", "w"], ["y"], same) }, ["Pad", "Conv"])
  }

  @Test func aPadThatOthersUseStays() throws {
    let graph = graph { graph in
      graph.node("Conv", ["p", "w"], ["y"])
      graph.output("p")
    }
    try check(graph, ["Pad", "Conv"])
  }
}
