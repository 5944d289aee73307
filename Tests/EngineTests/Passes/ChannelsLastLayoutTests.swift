import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct ChannelsLastLayoutTests {
  /// Two convolutions of four channels with `between` from "h" to "k".
  private func graph(_ between: (inout GraphBuilder) -> Void) -> GraphBuilder {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [1, 4, 5, 6])
    graph.constant("w", randomTensor([4, 4, 3, 3], seed: 3))
    graph.node("Conv", ["x", "w"], ["h"], ["pads": .ints([1, 1, 1, 1])])
    between(&graph)
    graph.node("Conv", ["k", "w"], ["y"], ["pads": .ints([1, 1, 1, 1])])
    graph.output("y")
    return graph
  }

  private func checkResults(of graph: GraphBuilder) throws {
    let inputs = [randomTensor([1, 4, 5, 6], seed: 5)]
    let expected = try run(graph.model, inputs)
    let actual = try run(graph.model, inputs, passes: [ChannelsLastLayout()])
    for (output, reference) in zip(actual, expected) { #expect(output.relativeDifference(from: reference) <= 1e-6) }
  }

  @Test func onlyTheEndsOfAChainAreTransposed() throws {
    let graph = graph { $0.node("Relu", ["h"], ["k"]) }
    let model = try graph.model.applying(ChannelsLastLayout())
    #expect(model.operatorTypes == ["Transpose", "Conv", "Relu", "Conv", "Transpose"])
    try checkResults(of: graph)
  }

  @Test func valuesRoundedToHalfPrecisionStayInTheChain() throws {
    let graph = graph { $0.node("Cast", ["h"], ["k"], ["to": .int(10)]) }
    let model = try graph.model.applying(HalfRoundTripFolding(), ChannelsLastLayout())
    #expect(model.operatorTypes == ["Transpose", "Conv", "HalfRounding", "Conv", "Transpose"])
  }

  @Test func residualSumsAndPoolingAndConcatenationStayInTheChain() throws {
    let graph = graph { graph in
      graph.node("MaxPool", ["h"], ["p"], ["kernel_shape": .ints([3, 3]), "pads": .ints([1, 1, 1, 1])])
      graph.node("Add", ["h", "p"], ["s"])
      graph.node("Concat", ["s", "h"], ["c"], ["axis": .int(1)])
      graph.constant("v", randomTensor([4, 8, 1, 1], seed: 8))
      graph.node("Conv", ["c", "v"], ["k"])
    }
    let model = try graph.model.applying(ChannelsLastLayout())
    #expect(
      model.operatorTypes == ["Transpose", "Conv", "MaxPool", "Add", "Concat", "Conv", "Conv", "Transpose"])
    try checkResults(of: graph)
  }

  @Test func resamplingAndTransposedConvolutionsStayInTheChain() throws {
    let graph = graph { graph in
      graph.constant("scales", Tensor([4], [1, 1, 2, 3] as [Float]))
      graph.node("Resize", ["h", "", "scales"], ["r"], ["mode": .string(Array("linear".utf8))])
      graph.constant("sizes", Tensor([4], [1, 4, 5, 6] as [Int64]))
      graph.node("Resize", ["r", "", "", "sizes"], ["s"], ["mode": .string(Array("nearest".utf8))])
      graph.constant("t", randomTensor([4, 4, 2, 2], seed: 8))
      graph.node("ConvTranspose", ["s", "t"], ["k"], ["strides": .ints([2, 2])])
    }
    let model = try graph.model.applying(ChannelsLastLayout())
    #expect(
      model.operatorTypes == ["Transpose", "Conv", "Resize", "Resize", "ConvTranspose", "Conv", "Transpose"])
    try checkResults(of: graph)
  }

  @Test(arguments: [0, 1]) func spatialMeansNeedNoTransposition(keepsDimensions: Int64) throws {
    var graph = GraphBuilder(opset: 18)
    graph.input("x", [2, 4, 5, 6])
    graph.constant("w", randomTensor([4, 4, 3, 3], seed: 3))
    graph.node("Conv", ["x", "w"], ["h"])
    graph.constant("axes", Tensor([2], [-1, 2] as [Int64]))
    graph.node("ReduceMean", ["h", "axes"], ["m"], ["keepdims": .int(keepsDimensions)])
    graph.constant("v", randomTensor(keepsDimensions == 1 ? [4, 4, 1, 1] : [4, 3], seed: 4))
    graph.node(keepsDimensions == 1 ? "Conv" : "MatMul", ["m", "v"], ["y"])
    graph.output("y")
    let model = try graph.model.applying(ChannelsLastLayout())
    #expect(model.operatorTypes.filter { $0 == "Transpose" }.count == (keepsDimensions == 1 ? 2 : 1))
    let inputs = [randomTensor([2, 4, 5, 6], seed: 5)]
    let expected = try run(graph.model, inputs)
    let actual = try run(graph.model, inputs, passes: [ChannelsLastLayout()])
    #expect(actual[0].shape == expected[0].shape)
    #expect(actual[0].relativeDifference(from: expected[0]) <= 1e-6)
  }

  @Test func constantsPerChannelFollow() throws {
    let graph = graph { graph in
      graph.constant("b", randomTensor([4, 1, 1], seed: 9))
      graph.node("Add", ["h", "b"], ["t"])
      graph.constant("two", 2)
      graph.node("Mul", ["t", "two"], ["k"])
    }
    let model = try graph.model.applying(ChannelsLastLayout())
    #expect(model.operatorTypes == ["Transpose", "Conv", "Add", "Mul", "Conv", "Transpose"])
    try checkResults(of: graph)
  }

  @Test func normalizationsStayInTheChain() throws {
    let graph = graph { graph in
      for name in ["a", "b", "c", "d"] { graph.constant(name, randomTensor([4], seed: 6)) }
      graph.constant("v", Tensor([4], [1, 2, 0.5, 3] as [Float]))
      graph.node("BatchNormalization", ["h", "a", "b", "c", "v"], ["n"])
      graph.node("InstanceNormalization", ["n", "a", "b"], ["k"])
    }
    let model = try graph.model.applying(ChannelsLastLayout())
    #expect(
      model.operatorTypes
        == ["Transpose", "Conv", "BatchNormalization", "InstanceNormalization", "Conv", "Transpose"])
    try checkResults(of: graph)
  }

  @Test func groupNormalizationStaysInTheChain() throws {
    var graph = GraphBuilder(opset: 21)
    graph.input("x", [2, 4, 5, 6])
    graph.constant("w", randomTensor([4, 4, 3, 3], seed: 3))
    graph.constant("a", randomTensor([4], seed: 6))
    graph.node("Conv", ["x", "w"], ["h"])
    graph.node("GroupNormalization", ["h", "a", "a"], ["n"], ["num_groups": .int(2)])
    graph.node("Conv", ["n", "w"], ["y"])
    graph.output("y")
    let model = try graph.model.applying(ChannelsLastLayout())
    #expect(model.operatorTypes == ["Transpose", "Conv", "GroupNormalization", "Conv", "Transpose"])
    let inputs = [randomTensor([2, 4, 5, 6], seed: 5)]
    let expected = try run(graph.model, inputs)
    let actual = try run(graph.model, inputs, passes: [ChannelsLastLayout()])
    #expect(actual[0].relativeDifference(from: expected[0]) <= 1e-5)
  }

  @Test func partsOfTheChannelsAndPaddingAndSlopesStayInTheChain() throws {
    let graph = graph { graph in
      graph.node("Split", ["h"], ["p", "q"], ["axis": .int(-3)])
      graph.constant("slopes", randomTensor([2, 1, 1], seed: 6))
      graph.node("PRelu", ["q", "slopes"], ["r"])
      graph.node("Concat", ["r", "p"], ["c"], ["axis": .int(1)])
      graph.constant("pads", Tensor([8], [0, 1, 2, 0, 0, 3, 0, 1] as [Int64]))
      graph.node("Pad", ["c", "pads"], ["d"])
      graph.constant("v", randomTensor([4, 8, 3, 3], seed: 8))
      graph.node("Conv", ["d", "v"], ["k"])
    }
    let model = try graph.model.applying(ChannelsLastLayout())
    #expect(
      model.operatorTypes
        == ["Transpose", "Conv", "Split", "PRelu", "Concat", "Pad", "Conv", "Conv", "Transpose"])
    try checkResults(of: graph)
  }

  @Test func slicesOfAxesStayInTheChain() throws {
    let graph = graph { graph in
      graph.constant("starts", Tensor([2], [1, 0] as [Int64]))
      graph.constant("ends", Tensor([2], [5, 3] as [Int64]))
      graph.constant("axes", Tensor([2], [-2, 1] as [Int64]))
      graph.node("Slice", ["h", "starts", "ends", "axes"], ["s"])
      graph.constant("v", randomTensor([4, 3, 1, 1], seed: 8))
      graph.node("Conv", ["s", "v"], ["k"])
    }
    let model = try graph.model.applying(ChannelsLastLayout())
    #expect(model.operatorTypes == ["Transpose", "Conv", "Slice", "Conv", "Conv", "Transpose"])
    try checkResults(of: graph)
  }

  @Test(arguments: [1, -1]) func entriesOfAnAxisStayInTheChain(axis: Int64) throws {
    let graph = graph { graph in
      graph.constant("entries", Tensor([3], [2, 0, 2] as [Int64]))
      graph.node("Gather", ["h", "entries"], ["s"], ["axis": .int(axis)])
      graph.constant("v", randomTensor([4, axis == 1 ? 3 : 4, 1, 1], seed: 8))
      graph.node("Conv", ["s", "v"], ["k"])
    }
    let model = try graph.model.applying(ChannelsLastLayout())
    #expect(model.operatorTypes == ["Transpose", "Conv", "Gather", "Conv", "Conv", "Transpose"])
    try checkResults(of: graph)
  }

  @Test func transpositionsOfTheModelItselfAreTakenForWhatTheyAre() throws {
    let graph = graph { graph in
      graph.node("Transpose", ["h"], ["l"], ["perm": .ints([0, 2, 3, 1])])
      graph.constant("m", randomTensor([4, 4], seed: 7))
      graph.node("MatMul", ["l", "m"], ["p"])
      graph.node("Transpose", ["p"], ["q"], ["perm": .ints([0, 3, 1, 2])])
      graph.node("Add", ["q", "h"], ["k"])
    }
    let model = try graph.model.applying(ChannelsLastLayout()).applying(DeadNodeElimination())
    #expect(model.operatorTypes == ["Transpose", "Conv", "Identity", "MatMul", "Add", "Conv", "Transpose"])
    try checkResults(of: graph)
  }

  @Test func aTransposedResultThatTheModelReturnsIsMade() throws {
    var graph = graph { $0.node("Relu", ["h"], ["k"]) }
    graph.node("Transpose", ["k"], ["l"], ["perm": .ints([0, 2, 3, 1])])
    graph.node("Transpose", ["l"], ["z"], ["perm": .ints([0, 3, 1, 2])])
    graph.output("l", "z")
    try checkResults(of: graph)
  }

  @Test func constantsThatVaryWithinAnImageKeepTheONNXOrder() throws {
    let graph = graph { graph in
      graph.constant("b", randomTensor([4, 5, 6], seed: 9))
      graph.node("Add", ["h", "b"], ["k"])
    }
    let model = try graph.model.applying(ChannelsLastLayout())
    #expect(
      model.operatorTypes == ["Transpose", "Conv", "Transpose", "Add", "Transpose", "Conv", "Transpose"])
    try checkResults(of: graph)
  }

  @Test func otherUsersGetTheONNXOrderOnce() throws {
    let graph = graph { graph in
      graph.node("Softmax", ["h"], ["s"], ["axis": .int(1)])
      graph.node("Transpose", ["h"], ["t"], ["perm": .ints([0, 1, 3, 2])])
      graph.output("s", "t")
      graph.node("Relu", ["h"], ["k"])
    }
    let model = try graph.model.applying(ChannelsLastLayout())
    #expect(
      model.operatorTypes
        == ["Transpose", "Conv", "Transpose", "Softmax", "Transpose", "Relu", "Conv", "Transpose"])
    try checkResults(of: graph)
  }

  /// Two convolutions of data with these spatial axes, and between them what keeps the order of channels.
  @Test(arguments: [[9], [3, 4, 5]]) func chainsOfOneAndThreeDimensionsAreTransposedAtTheirEnds(axes: [Int]) throws {
    let ones = axes.map { _ in 1 }
    let three = axes.map { _ in Int64(3) }
    let pads = [Int64](repeating: 1, count: 2 * axes.count)
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [2, 4] + axes)
    graph.constant("w", randomTensor([4, 4] + axes.map { _ in 3 }, seed: 3))
    graph.node("Conv", ["x", "w"], ["h"], ["pads": .ints(pads)])
    graph.node("MaxPool", ["h"], ["p"], ["kernel_shape": .ints(three), "pads": .ints(pads)])
    graph.constant("b", randomTensor([4] + ones, seed: 9))
    graph.node("Add", ["p", "b"], ["q"])
    graph.constant("m", randomTensor([1, 4] + ones, seed: 10))
    graph.node("Mul", ["m", "q"], ["r"])
    graph.node("Concat", ["r", "h"], ["c"], ["axis": .int(Int64(-axes.count - 1))])
    graph.constant("v", randomTensor([8, 2] + axes.map { _ in 2 }, seed: 8))
    graph.node("ConvTranspose", ["c", "v"], ["t"])
    graph.node("ReduceMean", ["t"], ["y"], ["axes": .ints(axes.indices.map { Int64(-$0 - 1) }), "keepdims": .int(0)])
    graph.output("y", "t")
    let model = try graph.model.applying(ChannelsLastLayout())
    #expect(
      model.operatorTypes == [
        "Transpose", "Conv", "MaxPool", "Add", "Mul", "Concat", "ConvTranspose", "ReduceMean", "Transpose",
      ])
    let inputs = [randomTensor([2, 4] + axes, seed: 5)]
    let expected = try run(graph.model, inputs)
    let actual = try run(graph.model, inputs, passes: [ChannelsLastLayout()])
    for (output, reference) in zip(actual, expected) {
      #expect(output.shape == reference.shape)
      #expect(output.relativeDifference(from: reference) <= 1e-6)
    }
  }

  /// A model that itself goes to channels last and back, for what works on the last axis.
  @Test func transpositionsOfTheModelAreThoseOfThePass() throws {
    let graph = graph { graph in
      graph.node("Transpose", ["h"], ["last"], ["perm": .ints([0, 2, 3, 1])])
      graph.node("Softmax", ["last"], ["s"], ["axis": .int(-1)])
      graph.node("Transpose", ["s"], ["first"], ["perm": .ints([0, 3, 1, 2])])
      graph.node("Add", ["first", "h"], ["k"])
    }
    let model = try graph.model.applying(ChannelsLastLayout(), DeadNodeElimination())
    #expect(
      model.operatorTypes == ["Transpose", "Conv", "Identity", "Softmax", "Add", "Conv", "Transpose"])
    try checkResults(of: graph)
  }

  @Test func aTranspositionToAnotherOrderStays() throws {
    let graph = graph { graph in
      graph.node("Transpose", ["h"], ["t"], ["perm": .ints([0, 3, 2, 1])])
      graph.node("Transpose", ["t"], ["k"], ["perm": .ints([0, 3, 2, 1])])
    }
    let model = try graph.model.applying(ChannelsLastLayout())
    #expect(
      model.operatorTypes
        == ["Transpose", "Conv", "Transpose", "Transpose", "Transpose", "Transpose", "Conv", "Transpose"])
    try checkResults(of: graph)
  }

  /// Values with different numbers of axes have no order in common.
  @Test func broadcastsBetweenImagesOfDifferentDimensionsKeepTheONNXOrder() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [4, 4, 6])
    graph.input("z", [1, 4, 4, 6])
    graph.constant("w", randomTensor([4, 4, 1], seed: 3))
    graph.constant("v", randomTensor([4, 4, 1, 1], seed: 4))
    graph.node("Conv", ["x", "w"], ["h"])
    graph.node("Conv", ["z", "v"], ["k"])
    graph.node("Add", ["h", "k"], ["y"])
    graph.output("y")
    let inputs = [randomTensor([4, 4, 6], seed: 5), randomTensor([1, 4, 4, 6], seed: 6)]
    let expected = try run(graph.model, inputs)
    let actual = try run(graph.model, inputs, passes: [ChannelsLastLayout()])
    #expect(actual[0].relativeDifference(from: expected[0]) <= 1e-6)
  }

  // MARK: Flattening

  /// A convolution, a global mean or what else `pool` makes of "h", and a node of `type` on its result "m".
  private func flattened(_ type: String, shape: [Int64]? = nil, pool: (inout GraphBuilder) -> Void) throws -> [String] {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [2, 4, 5, 6])
    graph.constant("w", randomTensor([4, 4, 3, 3], seed: 3))
    graph.node("Conv", ["x", "w"], ["h"])
    pool(&graph)
    if let shape {
      graph.constant("shape", Tensor([shape.count], shape))
      graph.node(type, ["m", "shape"], ["y"])
    } else {
      graph.node(type, ["m"], ["y"])
    }
    graph.output("y")
    let inputs = [randomTensor([2, 4, 5, 6], seed: 5)]
    let expected = try run(graph.model, inputs)[0]
    let actual = try run(graph.model, inputs, passes: [ChannelsLastLayout()])[0]
    #expect(actual.shape == expected.shape)
    #expect(actual.relativeDifference(from: expected) <= 1e-6)
    return try Array(graph.model.applying(ChannelsLastLayout()).operatorTypes.dropFirst(2))
  }

  @Test func aPixelIsFlattenedAsItIs() throws {
    let mean: (inout GraphBuilder) -> Void = { $0.node("GlobalAveragePool", ["h"], ["m"]) }
    #expect(try flattened("Flatten", pool: mean) == ["GlobalAveragePool", "Flatten"])
    #expect(try flattened("Reshape", shape: [0, -1], pool: mean) == ["GlobalAveragePool", "Reshape"])
    #expect(try flattened("Reshape", shape: [2, 4], pool: mean) == ["GlobalAveragePool", "Reshape"])
    #expect(
      try flattened("Flatten") { $0.node("ReduceMean", ["h"], ["m"], ["axes": .ints([2, 3])]) }
        == ["ReduceMean", "Flatten"])
  }

  @Test func anImageIsTransposedBeforeItIsFlattened() throws {
    #expect(
      try flattened("Flatten") { $0.node("MaxPool", ["h"], ["m"], ["kernel_shape": .ints([3, 4])]) }
        == ["MaxPool", "Transpose", "Flatten"])
  }

  @Test func aShapeThatReadsOtherAxesKeepsTheirOrder() throws {
    #expect(
      try flattened("Reshape", shape: [-1, 0]) { $0.node("GlobalAveragePool", ["h"], ["m"]) }
        == ["GlobalAveragePool", "Transpose", "Reshape"])
  }
}
