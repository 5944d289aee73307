import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct SwishFusionTests {
  private func check(opset: Int = 14, _ types: [String], _ body: (inout GraphBuilder) -> Void) throws {
    var graph = GraphBuilder(opset: opset)
    graph.input("x", [3, 40])
    graph.constant("zero", 0)
    graph.constant("three", 3)
    graph.constant("six", 6)
    graph.constant("factor", 1.702)
    body(&graph)
    graph.output("y")
    try checkFusion(graph, [SwishFusion()], leaves: types, on: [randomTensor([3, 40], seed: 5, scale: 6)])
  }

  @Test func theProductWithItsSigmoid() throws {
    try check(["QuickGelu"]) { graph in
      graph.node("Sigmoid", ["x"], ["s"])
      graph.node("Mul", ["x", "s"], ["y"])
    }
  }

  @Test func theProductWithTheSigmoidOfAMultiple() throws {
    try check(["QuickGelu"]) { graph in
      graph.node("Mul", ["x", "factor"], ["m"])
      graph.node("Sigmoid", ["m"], ["s"])
      graph.node("Mul", ["s", "x"], ["y"])
    }
  }

  @Test func theProductWithItsHardSigmoid() throws {
    try check(["HardSwish"]) { graph in
      graph.node("HardSigmoid", ["x"], ["s"], ["alpha": .float(1 / 6), "beta": .float(0.5)])
      graph.node("Mul", ["x", "s"], ["y"])
    }
  }

  @Test(arguments: [11, 14]) func theProductWithItsClippedSum(opset: Int) throws {
    try check(opset: opset, ["HardSwish"]) { graph in
      graph.node("Add", ["x", "three"], ["a"])
      graph.node("Clip", ["a", "zero", "six"], ["c"])
      graph.node("Mul", ["x", "c"], ["p"])
      graph.node("Div", ["p", "six"], ["y"])
    }
  }

  @Test func theDivisionMayComeFirst() throws {
    try check(["HardSwish"]) { graph in
      graph.node("Add", ["three", "x"], ["a"])
      graph.node("Clip", ["a", "zero", "six"], ["c"])
      graph.node("Div", ["c", "six"], ["d"])
      graph.node("Mul", ["d", "x"], ["y"])
    }
  }

  @Test func theProductWithTheTangentOfItsSoftplus() throws {
    try check(["Mish"]) { graph in
      graph.node("Softplus", ["x"], ["s"])
      graph.node("Tanh", ["s"], ["t"])
      graph.node("Mul", ["x", "t"], ["y"])
    }
  }

  @Test func theTangentOfAnotherSoftplusStays() throws {
    try check(["Add", "Softplus", "Tanh", "Mul"]) { graph in
      graph.node("Add", ["x", "three"], ["a"])
      graph.node("Softplus", ["a"], ["s"])
      graph.node("Tanh", ["s"], ["t"])
      graph.node("Mul", ["x", "t"], ["y"])
    }
  }

  @Test func otherSlopesStay() throws {
    try check(["HardSigmoid", "Mul"]) { graph in
      graph.node("HardSigmoid", ["x"], ["s"], ["alpha": .float(0.2), "beta": .float(0.5)])
      graph.node("Mul", ["x", "s"], ["y"])
    }
  }

  @Test func gatesOfAnotherValueStay() throws {
    try check(["Neg", "Sigmoid", "Mul"]) { graph in
      graph.node("Neg", ["x"], ["n"])
      graph.node("Sigmoid", ["n"], ["s"])
      graph.node("Mul", ["x", "s"], ["y"])
    }
  }

  @Test func aConvolutionTakesTheFunctionIn() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [1, 2, 4, 4])
    graph.constant("w", randomTensor([3, 2, 3, 3], seed: 3))
    graph.node("Conv", ["x", "w"], ["h"])
    graph.node("Sigmoid", ["h"], ["s"])
    graph.node("Mul", ["h", "s"], ["y"])
    graph.output("y")
    try checkFusion(
      graph, [SwishFusion(), ActivationFusion()], leaves: ["Conv"], on: [randomTensor([1, 2, 4, 4], seed: 5)])
  }
}
