import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct ScaleFoldingTests {
  private func convolution(bias: Bool, _ after: (inout GraphBuilder) -> Void) -> GraphBuilder {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [2, 3, 4, 4])
    graph.constant("w", randomTensor([5, 3, 3, 3], seed: 3))
    graph.constant("b", randomTensor([5], seed: 4))
    graph.constant("c", randomTensor([5, 1, 1], seed: 6))
    graph.constant("d", randomTensor([1, 5, 1, 1], seed: 7))
    graph.constant("two", 2)
    graph.node("Conv", bias ? ["x", "w", "b"] : ["x", "w"], ["h"])
    after(&graph)
    graph.output("y")
    return graph
  }

  private func check(_ graph: GraphBuilder, _ types: [String], _ shape: [Int] = [2, 3, 4, 4]) throws {
    try checkFusion(graph, [ScaleFolding()], leaves: types, on: [randomTensor(shape, seed: 5)])
  }

  @Test(arguments: ["Mul", "Div", "Add", "Sub"], [true, false])
  func constantsPerChannelJoinTheConvolution(type: String, bias: Bool) throws {
    try check(convolution(bias: bias) { $0.node(type, ["h", "c"], ["y"]) }, ["Conv"])
    try check(convolution(bias: bias) { $0.node(type, ["h", "d"], ["y"]) }, ["Conv"])
    try check(convolution(bias: bias) { $0.node(type, ["h", "two"], ["y"]) }, ["Conv"])
  }

  @Test func severalJoinOneAfterTheOther() throws {
    let graph = convolution(bias: true) { graph in
      graph.node("Mul", ["c", "h"], ["m"])
      graph.node("Add", ["d", "m"], ["y"])
    }
    try check(graph, ["Conv"])
  }

  @Test(arguments: ["Div", "Sub"]) func aConstantOnTheLeftStays(type: String) throws {
    try check(convolution(bias: true) { $0.node(type, ["two", "h"], ["y"]) }, ["Conv", type])
  }

  @Test func weightsAreWorkedOutByHand() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [1, 1, 1, 1])
    graph.constant("w", [2, 1, 1, 1], [3, 4])
    graph.constant("b", [2], [1, 2])
    graph.constant("c", [2, 1, 1], [2, -1])
    graph.node("Conv", ["x", "w", "b"], ["h"])
    graph.node("Mul", ["h", "c"], ["y"])
    graph.output("y")
    let model = try graph.model.applying(ScaleFolding())
    let inputs = model.main.nodes[0].inputs
    #expect(try model[#require(inputs[1])].constant?.floats == [6, -4])
    #expect(try model[#require(inputs[2])].constant?.floats == [2, -2])
  }

  @Test func constantsAlongOtherAxesStay() throws {
    let graph = convolution(bias: true) { graph in
      graph.constant("row", randomTensor([2], seed: 8))
      graph.node("Mul", ["h", "row"], ["y"])
    }
    try check(graph, ["Conv", "Mul"])
  }

  @Test func zerosStay() throws {
    let graph = convolution(bias: true) { graph in
      graph.constant("zero", 0)
      graph.node("Mul", ["h", "zero"], ["y"])
    }
    try check(graph, ["Conv", "Mul"])
  }

  @Test(arguments: ["Mul", "Div"]) func aFactorBeforeTheConvolutionJoins(type: String) throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [2, 3, 4, 4])
    graph.constant("w", randomTensor([5, 3, 3, 3], seed: 3))
    graph.constant("b", randomTensor([5], seed: 4))
    graph.constant("large", 255)
    graph.node(type, ["x", "large"], ["s"])
    graph.node("Conv", ["s", "w", "b"], ["y"], ["pads": .ints([1, 1, 1, 1])])
    graph.output("y")
    try check(graph, ["Conv"])
  }

  private func product(_ body: (inout GraphBuilder) -> Void) -> GraphBuilder {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [2, 3, 4])
    graph.constant("w", randomTensor([4, 5], seed: 3))
    graph.constant("row", randomTensor([5], seed: 4))
    graph.constant("matrix", randomTensor([3, 5], seed: 4))
    graph.constant("three", 3)
    body(&graph)
    graph.output("y")
    return graph
  }

  @Test(arguments: ["row", "three"], ["Mul", "Div"])
  func factorsPerColumnJoinTheProduct(factor: String, type: String) throws {
    let graph = product { graph in
      graph.node("MatMul", ["x", "w"], ["p"])
      graph.node(type, ["p", factor], ["y"])
    }
    try check(graph, ["MatMul"], [2, 3, 4])
  }

  @Test func otherFactorsOfAProductStay() throws {
    let graph = product { graph in
      graph.node("MatMul", ["x", "w"], ["p"])
      graph.node("Mul", ["p", "matrix"], ["y"])
    }
    try check(graph, ["MatMul", "Mul"], [2, 3, 4])
  }

  @Test func aFactorBeforeTheProductJoins() throws {
    let graph = product { graph in
      graph.node("Div", ["x", "three"], ["s"])
      graph.node("MatMul", ["s", "w"], ["y"])
    }
    try check(graph, ["MatMul"], [2, 3, 4])
  }

  /// Runtimes would not know the activation without it.
  @Test func theFactorThatEndsAnActivationStays() throws {
    let gelu = product { graph in
      graph.constant("root", Float(2).squareRoot())
      graph.constant("one", 1)
      graph.constant("half", 0.5)
      graph.node("Div", ["x", "root"], ["d"])
      graph.node("Erf", ["d"], ["e"])
      graph.node("Add", ["e", "one"], ["a"])
      graph.node("Mul", ["x", "a"], ["m"])
      graph.node("Mul", ["m", "half"], ["g"])
      graph.node("MatMul", ["g", "w"], ["y"])
    }
    #expect(
      try gelu.model.applying(ScaleFolding()).operatorTypes == ["Div", "Erf", "Add", "Mul", "Mul", "MatMul"])
    let hardSwish = product { graph in
      graph.constant("zero", 0)
      graph.constant("bound", 6)
      graph.constant("shift", 3)
      graph.node("Add", ["x", "shift"], ["a"])
      graph.node("Clip", ["a", "zero", "bound"], ["c"])
      graph.node("Mul", ["x", "c"], ["m"])
      graph.node("Div", ["m", "bound"], ["h"])
      graph.node("MatMul", ["h", "w"], ["y"])
    }
    #expect(try hardSwish.model.applying(ScaleFolding()).operatorTypes == ["Add", "Clip", "Mul", "Div", "MatMul"])
  }

  @Test func weightsThatOthersShareKeepTheirValues() throws {
    let graph = product { graph in
      graph.node("MatMul", ["x", "w"], ["p"])
      graph.node("Mul", ["p", "three"], ["y"])
      graph.node("MatMul", ["x", "w"], ["z"])
      graph.output("z")
    }
    try check(graph, ["MatMul", "MatMul"], [2, 3, 4])
  }

  @Test func aResultThatOthersUseStays() throws {
    let graph = convolution(bias: true) { graph in
      graph.node("Mul", ["h", "c"], ["y"])
      graph.output("h")
    }
    try check(graph, ["Conv", "Mul"])
  }
}
