import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct ChannelSelectionTests {
  private static let passes: [any GraphPass] = [ChannelSelection(), DeadNodeElimination()]

  private func integers(_ values: [Int]) -> Tensor { Tensor([values.count], values.map { Int64($0) }) }

  private func graph(batch: Int? = 2, channels: Int = 6, _ body: (inout GraphBuilder) -> Void) -> GraphBuilder {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [batch, channels, 4, 5])
    body(&graph)
    return graph
  }

  private func check(_ graph: GraphBuilder, batch: Int = 2, channels: Int = 6, leaves types: [String]) throws {
    try checkFusion(
      graph, Self.passes, leaves: types, on: [randomTensor([batch, channels, 4, 5], seed: 3)], tolerance: 0)
  }

  /// The channel shuffle as torchvision writes it.
  private func shuffle(_ graph: inout GraphBuilder, groups: Int, channels: Int = 6, batch: Int = -1) {
    graph.constant("apart", integers([batch, groups, channels / groups, 4, 5]))
    graph.constant("together", integers([batch, channels, 4, 5]))
    graph.node("Reshape", ["x", "apart"], ["a"])
    graph.node("Transpose", ["a"], ["b"], ["perm": .ints([0, 2, 1, 3, 4])])
    graph.node("Reshape", ["b", "together"], ["s"])
  }

  @Test(arguments: [2, nil]) func aShuffleGathersChannels(batch: Int?) throws {
    let graph = graph(batch: batch) { graph in
      shuffle(&graph, groups: 2)
      graph.node("Relu", ["s"], ["y"])
      graph.output("y")
    }
    let model = try graph.model.applying(ChannelSelection(), DeadNodeElimination())
    let channels = try #require(model.main.nodes[0].inputs[1])
    #expect(model[channels].constant?.array(of: Int64.self) == [0, 3, 1, 4, 2, 5])
    try check(graph, leaves: ["Gather", "Relu"])
  }

  @Test func partsOfAShuffleAreGatheredByThemselves() throws {
    let graph = graph(channels: 8) { graph in
      shuffle(&graph, groups: 2, channels: 8)
      graph.node("Split", ["s"], ["p", "q"], ["axis": .int(1)])
      graph.node("Relu", ["p"], ["y"])
      graph.output("y", "q")
    }
    try check(graph, channels: 8, leaves: ["Gather", "Gather", "Relu"])
  }

  @Test func partsThatEndAmidAGroupAreTakenFromTheShuffle() throws {
    let graph = graph { graph in
      shuffle(&graph, groups: 2)
      graph.node("Split", ["s"], ["p", "q"], ["axis": .int(1)])
      graph.node("Relu", ["p"], ["y"])
      graph.output("y", "q")
    }
    try check(graph, leaves: ["Gather", "Split", "Relu"])
  }

  /// As NanoDet and FastestDet write it, for one sample.
  @Test func everyOtherChannelIsASlice() throws {
    let graph = graph(batch: 1) { graph in
      graph.constant("apart", integers([3, 2, 20]))
      graph.constant("halves", integers([2, -1, 3, 4, 5]))
      graph.constant("zero", Tensor(scalar: 0 as Int64))
      graph.constant("last", Tensor(scalar: -1 as Int64))
      graph.node("Reshape", ["x", "apart"], ["a"])
      graph.node("Transpose", ["a"], ["b"], ["perm": .ints([1, 0, 2])])
      graph.node("Reshape", ["b", "halves"], ["c"])
      graph.node("Gather", ["c", "zero"], ["y"])
      graph.node("Gather", ["c", "last"], ["z"])
      graph.output("y", "z")
    }
    try check(graph, batch: 1, leaves: ["Slice", "Slice"])
  }

  @Test func aShuffleThatIsUndoneIsNothing() throws {
    let graph = graph { graph in
      shuffle(&graph, groups: 2)
      graph.constant("back", integers([-1, 3, 2, 4, 5]))
      graph.node("Reshape", ["s", "back"], ["c"])
      graph.node("Transpose", ["c"], ["d"], ["perm": .ints([0, 2, 1, 3, 4])])
      graph.node("Reshape", ["d", "together"], ["e"])
      graph.node("Relu", ["e"], ["y"])
      graph.output("y")
    }
    try check(graph, leaves: ["Identity", "Relu"])
  }

  @Test func whatMovesPixelsStays() throws {
    let graph = graph { graph in
      graph.constant("apart", integers([2, 6, 2, 2, 5]))
      graph.constant("together", integers([2, 12, 2, 5]))
      graph.node("Reshape", ["x", "apart"], ["a"])
      graph.node("Transpose", ["a"], ["b"], ["perm": .ints([0, 1, 3, 2, 4])])
      graph.node("Reshape", ["b", "together"], ["y"])
      graph.output("y")
    }
    try check(graph, leaves: ["Reshape", "Transpose", "Reshape"])
  }

  @Test func samplesThatChangePlacesStay() throws {
    let graph = graph { graph in
      graph.constant("apart", integers([2, 2, 3, 4, 5]))
      graph.constant("together", integers([2, 6, 4, 5]))
      graph.node("Reshape", ["x", "apart"], ["a"])
      graph.node("Transpose", ["a"], ["b"], ["perm": .ints([1, 0, 2, 3, 4])])
      graph.node("Reshape", ["b", "together"], ["y"])
      graph.output("y")
    }
    try check(graph, leaves: ["Reshape", "Transpose", "Reshape"])
  }

  @Test func anImageOfUnknownSizeStays() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [2, 6, nil, 5])
    shuffle(&graph, groups: 2)
    graph.output("s")
    try check(graph, leaves: ["Reshape", "Transpose", "Reshape"])
  }
}
