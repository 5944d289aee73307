import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct ShapeFoldingTests {
  private func integers(_ values: Int64...) -> Tensor { Tensor([values.count], values) }

  /// A model that reshapes the result of a convolution to a shape that it works out from that of `x`.
  private func flattening(batch: Int?, height: Int? = 6) -> GraphBuilder {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [batch, 3, height, 6])
    graph.constant("w", randomTensor([4, 3, 3, 3], seed: 1))
    graph.node("Conv", ["x", "w"], ["c"])
    graph.node("Shape", ["c"], ["s"])
    graph.constant("zero", Tensor(scalar: 0 as Int64))
    graph.constant("one", Tensor(scalar: 1 as Int64))
    graph.constant("axes", integers(0))
    graph.node("Gather", ["s", "zero"], ["n"])
    graph.node("Gather", ["s", "one"], ["k"])
    graph.node("Unsqueeze", ["n", "axes"], ["n1"])
    graph.node("Unsqueeze", ["k", "axes"], ["k1"])
    graph.constant("pixels", integers(16))
    graph.node("Concat", ["n1", "k1", "pixels"], ["t"], ["axis": .int(0)])
    graph.node("Reshape", ["c", "t"], ["y"])
    graph.output("y")
    return graph
  }

  private func target(of model: Model) -> [Int64]? {
    guard let reshape = model.main.nodes.last, let shape = reshape.inputs[1] else { return nil }
    return model[shape].constant?.array(of: Int64.self)
  }

  @Test func aShapeThatIsKnownBecomesAConstant() throws {
    let graph = flattening(batch: 2)
    let model = try graph.model.applying(ShapeFolding())
    #expect(model.operatorTypes == ["Conv", "Reshape"])
    #expect(target(of: model) == [2, 4, 16])
    try checkResults(of: graph, batch: 2)
  }

  @Test func theOnlySizeThatIsNotKnownIsLeftOver() throws {
    let graph = flattening(batch: nil)
    let model = try graph.model.applying(ShapeFolding(), DeadNodeElimination())
    #expect(model.operatorTypes == ["Conv", "Reshape"])
    #expect(target(of: model) == [-1, 4, 16])
    try checkResults(of: graph, batch: 5)
  }

  private func checkResults(of graph: GraphBuilder, batch: Int) throws {
    let inputs = [randomTensor([batch, 3, 6, 6], seed: 2)]
    let expected = try run(graph.model, inputs)
    let actual = try run(graph.model, inputs, passes: [ShapeFolding()])
    #expect(actual[0].shape == expected[0].shape)
    #expect(actual[0].array(of: Float.self) == expected[0].array(of: Float.self))
  }

  @Test func aShapeWithSeveralSizesThatAreNotKnownIsWorkedOutInTheRun() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [nil, nil, 4])
    graph.node("Shape", ["x"], ["s"])
    graph.node("Relu", ["x"], ["r"])
    graph.node("Reshape", ["r", "s"], ["y"])
    graph.output("y")
    #expect(try graph.model.applying(ShapeFolding()).operatorTypes == ["Shape", "Relu", "Reshape"])
  }

  /// Sizes of two inputs may be the same by name and differ all the same.
  @Test func symbolsOfInputsAreTheirOwn() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [nil, 4])
    graph.input("z", [nil, 4])
    graph.edit { model in
      for input in model.main.inputs { model[input].dimensions = [.named("n"), .fixed(4)] }
    }
    graph.node("Shape", ["z"], ["s"])
    graph.node("Concat", ["x", "z"], ["c"], ["axis": .int(0)])
    graph.node("Shape", ["c"], ["t"])
    graph.output("s", "t")
    #expect(try graph.model.applying(ShapeFolding()).operatorTypes == ["Shape", "Concat", "Shape"])
  }

  @Test func numbersAreReckonedWith() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [7, 6])
    graph.constant("two", Tensor(scalar: 2 as Int64))
    graph.constant("one", Tensor(scalar: 1 as Int64))
    graph.node("Shape", ["x"], ["s"])
    graph.node("Gather", ["s", "one"], ["n"])
    graph.node("Add", ["n", "one"], ["sum"])
    graph.node("Div", ["sum", "two"], ["half"])
    graph.node("Mul", ["half", "half"], ["y"])
    graph.output("y")
    let model = try graph.model.applying(ShapeFolding())
    #expect(model.operatorTypes == [])
    #expect(model.value(named: "y")?.constant?.array(of: Int64.self) == [9])
  }

  @Test func whatCannotBeReckonedWithIsLeftToTheRun() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [7, 6])
    graph.constant("zero", Tensor(scalar: 0 as Int64))
    graph.constant("large", Tensor(scalar: Int64.max))
    graph.node("Shape", ["x"], ["s"])
    graph.node("Div", ["s", "zero"], ["a"])
    graph.node("Mul", ["s", "large"], ["b"])
    graph.output("a", "b")
    #expect(try graph.model.applying(ShapeFolding()).operatorTypes == ["Div", "Mul"])
  }

  /// None of these numbers may be added or multiplied as they are.
  @Test func enormousNumbersAreNoReasonToFail() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [1, 1, 1 << 40, 1 << 40])
    graph.constant("w", randomTensor([1, 1, 3, 3], seed: 1))
    let huge = Int64.max
    graph.node(
      "Conv", ["x", "w"], ["a"], ["dilations": .ints([huge, huge]), "pads": .ints([huge, huge, huge, huge])])
    graph.constant("pads", integers(0, 0, huge, huge, 0, 0, huge, huge))
    graph.node("Pad", ["x", "pads"], ["b"])
    graph.node("Flatten", ["x"], ["c"], ["axis": .int(0)])
    graph.constant("bounds", integers(.min, .max))
    graph.constant("steps", integers(.max, .min))
    graph.constant("axes", integers(2, 3))
    graph.node("Slice", ["x", "bounds", "bounds", "axes", "steps"], ["d"])
    graph.constant("target", integers(-1, huge, 2))
    graph.node("Reshape", ["x", "target"], ["e"])
    for name in ["a", "b", "c", "d", "e"] {
      graph.node("Shape", [name], ["\(name).shape"])
      graph.output("\(name).shape")
    }
    let model = try graph.model.applying(ShapeFolding(), ChannelSelection())
    #expect(model.operatorTypes.contains("Conv"))
  }
}
