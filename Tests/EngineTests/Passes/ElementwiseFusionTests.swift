import Engine
import Kernels
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct ElementwiseFusionTests {
  private func graph(_ body: (inout GraphBuilder) -> Void) -> GraphBuilder {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [4, 3, 10])
    graph.input("z", [4, 3, 10])
    graph.constant("row", randomTensor([10], seed: 3))
    graph.constant("rows", randomTensor([3, 10], seed: 4))
    graph.constant("column", randomTensor([3, 1], seed: 5))
    graph.constant("two", 2)
    body(&graph)
    graph.output("y")
    return graph
  }

  private let inputs = [randomTensor([4, 3, 10], seed: 6, scale: 3), randomTensor([4, 3, 10], seed: 7)]

  private func check(_ types: [String], _ body: (inout GraphBuilder) -> Void) throws {
    try checkFusion(graph(body), [ElementwiseFusion()], leaves: types, on: inputs, tolerance: 0)
  }

  @Test(arguments: ["z", "row", "rows", "column", "two"]) func anAddAndAFunction(operand: String) throws {
    try check(["ElementwiseChain"]) { graph in
      graph.node("Add", ["x", operand], ["a"])
      graph.node("Relu", ["a"], ["y"])
    }
  }

  @Test(arguments: ["Sub", "Div", "Mul"]) func arithmeticMayComeAnywhere(type: String) throws {
    try check(["ElementwiseChain"]) { graph in
      graph.node("Mul", ["row", "x"], ["a"])
      graph.node(type, ["a", "rows"], ["b"])
      graph.node("Tanh", ["b"], ["c"])
      graph.node("Add", ["z", "c"], ["y"])
    }
  }

  @Test(arguments: ["Sub", "Div"]) func aChainOnTheRightOfADifferenceEnds(type: String) throws {
    try check(["ElementwiseChain", type]) { graph in
      graph.node("Add", ["x", "two"], ["a"])
      graph.node("Relu", ["a"], ["b"])
      graph.node(type, ["z", "b"], ["y"])
    }
  }

  @Test func functionsKeepTheirParameters() throws {
    try check(["ElementwiseChain"]) { graph in
      graph.node("LeakyRelu", ["x"], ["a"], ["alpha": .float(0.3)])
      graph.node("HardSigmoid", ["a"], ["b"], ["alpha": .float(0.4), "beta": .float(0.1)])
      graph.node("Elu", ["b"], ["c"], ["alpha": .float(0.7)])
      graph.node("Exp", ["c"], ["d"])
      graph.node("Sqrt", ["d"], ["e"])
      graph.node("Neg", ["e"], ["f"])
      graph.node("Abs", ["f"], ["g"])
      graph.node("Log", ["g"], ["h"])
      graph.constant("low", -0.5)
      graph.constant("high", 0.25)
      graph.node("Clip", ["h", "low", "high"], ["y"])
    }
  }

  @Test func anOperandThatEnlargesTheResult() throws {
    let graph = graph { graph in
      graph.constant("large", randomTensor([2, 1, 1, 10], seed: 8))
      graph.node("Add", ["x", "large"], ["a"])
      graph.node("Relu", ["a"], ["y"])
    }
    try checkFusion(graph, [ElementwiseFusion()], leaves: ["ElementwiseChain"], on: inputs, tolerance: 0)
    #expect(try run(graph.model, inputs, passes: [ElementwiseFusion()])[0].shape == [2, 4, 3, 10])
  }

  @Test func aResultThatOthersUseEndsTheChain() throws {
    try check(["Add", "Relu"]) { graph in
      graph.node("Add", ["x", "z"], ["a"])
      graph.node("Relu", ["a"], ["y"])
      graph.output("a")
    }
  }

  @Test func integersStay() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [2], type: .int32)
    graph.node("Neg", ["x"], ["a"])
    graph.node("Abs", ["a"], ["y"])
    graph.output("y")
    #expect(try graph.model.applying(ElementwiseFusion()).operatorTypes == ["Neg", "Abs"])
  }

  @Test(arguments: KernelTier.available, [1, 2]) func longTensorsRunInBlocks(tier: KernelTier, threads: Int) throws {
    var graph = GraphBuilder(opset: 13)
    let shape = [5, 7, 5003]
    graph.input("x", shape)
    graph.input("z", shape)
    graph.constant("row", randomTensor([5003], seed: 3))
    graph.constant("rows", randomTensor([7, 5003], seed: 4))
    graph.node("Mul", ["x", "row"], ["a"])
    graph.node("Add", ["a", "rows"], ["b"])
    graph.node("Add", ["b", "z"], ["c"])
    graph.node("Relu", ["c"], ["y"])
    graph.output("y")
    let inputs = [randomTensor(shape, seed: 1), randomTensor(shape, seed: 2)]
    let compute = Compute(tier: tier, threads: threads)
    let expected = try run(graph.model, inputs, compute: compute)[0]
    let actual = try run(graph.model, inputs, passes: [ElementwiseFusion()], compute: compute)[0]
    #expect(actual.bytes.isEqual(to: expected.bytes))
  }
}
