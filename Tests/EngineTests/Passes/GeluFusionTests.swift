import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct GeluFusionTests {
  private func graph(_ body: (inout GraphBuilder) -> Void) -> GraphBuilder {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [3, 40])
    for (name, value) in [("half", 0.5), ("one", 1), ("root", 1.414_213_5), ("inverse", 0.707_106_77)] as [(_, Float)] {
      graph.constant(name, value)
    }
    for (name, value) in [("cubic", 0.044_715), ("slope", 0.797_884_6), ("three", 3)] as [(_, Float)] {
      graph.constant(name, value)
    }
    body(&graph)
    graph.output("y")
    return graph
  }

  private func check(_ types: [String], _ body: (inout GraphBuilder) -> Void) throws {
    try checkFusion(graph(body), [GeluFusion()], leaves: types, on: [randomTensor([3, 40], seed: 5, scale: 4)])
  }

  @Test func halvesMayMeetTheErrorFunctionFirst() throws {
    try check(["Gelu"]) { graph in
      graph.node("Div", ["x", "root"], ["d"])
      graph.node("Erf", ["d"], ["e"])
      graph.node("Add", ["e", "one"], ["s"])
      graph.node("Mul", ["half", "s"], ["h"])
      graph.node("Mul", ["x", "h"], ["y"])
    }
  }

  @Test func halvesMayMeetTheInputFirst() throws {
    try check(["Gelu"]) { graph in
      graph.node("Mul", ["x", "half"], ["h"])
      graph.node("Mul", ["inverse", "x"], ["d"])
      graph.node("Erf", ["d"], ["e"])
      graph.node("Add", ["one", "e"], ["s"])
      graph.node("Mul", ["h", "s"], ["y"])
    }
  }

  @Test func halvesMayComeLast() throws {
    try check(["Gelu"]) { graph in
      graph.node("Div", ["x", "root"], ["d"])
      graph.node("Erf", ["d"], ["e"])
      graph.node("Add", ["e", "one"], ["s"])
      graph.node("Mul", ["x", "s"], ["p"])
      graph.node("Mul", ["p", "half"], ["y"])
    }
  }

  @Test func theApproximationWithAPower() throws {
    try check(["FastGelu"]) { graph in
      graph.node("Pow", ["x", "three"], ["p"])
      graph.node("Mul", ["p", "cubic"], ["c"])
      graph.node("Add", ["x", "c"], ["i"])
      graph.node("Mul", ["i", "slope"], ["a"])
      graph.node("Tanh", ["a"], ["t"])
      graph.node("Add", ["t", "one"], ["s"])
      graph.node("Mul", ["x", "half"], ["h"])
      graph.node("Mul", ["h", "s"], ["y"])
    }
  }

  @Test func theApproximationWithProducts() throws {
    try check(["FastGelu"]) { graph in
      graph.node("Mul", ["cubic", "x"], ["m"])
      graph.node("Mul", ["x", "m"], ["n"])
      graph.node("Mul", ["x", "n"], ["c"])
      graph.node("Add", ["x", "c"], ["i"])
      graph.node("Mul", ["slope", "i"], ["a"])
      graph.node("Tanh", ["a"], ["t"])
      graph.node("Add", ["one", "t"], ["s"])
      graph.node("Mul", ["half", "s"], ["h"])
      graph.node("Mul", ["x", "h"], ["y"])
    }
  }

  @Test func theApproximationWithTheInputTakenOut() throws {
    try check(["FastGelu"]) { graph in
      graph.node("Mul", ["x", "x"], ["q"])
      graph.node("Mul", ["q", "cubic"], ["c"])
      graph.node("Add", ["c", "one"], ["i"])
      graph.node("Mul", ["x", "i"], ["j"])
      graph.node("Mul", ["j", "slope"], ["a"])
      graph.node("Tanh", ["a"], ["t"])
      graph.node("Add", ["t", "one"], ["s"])
      graph.node("Mul", ["x", "s"], ["p"])
      graph.node("Mul", ["p", "half"], ["y"])
    }
  }

  @Test func otherNumbersStay() throws {
    try check(["Mul", "Erf", "Add", "Mul", "Mul"]) { graph in
      graph.node("Mul", ["x", "half"], ["d"])
      graph.node("Erf", ["d"], ["e"])
      graph.node("Add", ["e", "one"], ["s"])
      graph.node("Mul", ["x", "s"], ["p"])
      graph.node("Mul", ["p", "half"], ["y"])
    }
  }

  @Test func whatIsUsedElsewhereRemains() throws {
    try check(["Div", "Erf", "Gelu"]) { graph in
      graph.node("Div", ["x", "root"], ["d"])
      graph.node("Erf", ["d"], ["e"])
      graph.node("Add", ["e", "one"], ["s"])
      graph.node("Mul", ["x", "s"], ["p"])
      graph.node("Mul", ["p", "half"], ["y"])
      graph.output("e")
    }
  }

  @Test func constantsThatWouldRaiseTheRankStay() throws {
    var graph = graph { graph in
      graph.node("Div", ["x", "root"], ["d"])
      graph.node("Erf", ["d"], ["e"])
      graph.constant("ones", [1, 1, 1], [1])
      graph.node("Add", ["e", "ones"], ["s"])
      graph.node("Mul", ["x", "s"], ["p"])
      graph.node("Mul", ["p", "half"], ["y"])
    }
    #expect(try graph.model.applying(GeluFusion()).operatorTypes == ["Div", "Erf", "Add", "Mul", "Mul"])
    // Known to have three axes, the input may meet such a constant.
    graph = GraphBuilder(opset: 13)
    graph.input("z", [3, 40])
    graph.constant("shift", randomTensor([1, 1, 40], seed: 4))
    graph.constant("ones", [1, 1, 1], [1])
    graph.constant("root", 1.414_213_5)
    graph.constant("half", 0.5)
    graph.node("Add", ["z", "shift"], ["x"])
    graph.node("Div", ["x", "root"], ["d"])
    graph.node("Erf", ["d"], ["e"])
    graph.node("Add", ["e", "ones"], ["s"])
    graph.node("Mul", ["x", "s"], ["p"])
    graph.node("Mul", ["p", "half"], ["y"])
    graph.output("y")
    try checkFusion(graph, [GeluFusion()], leaves: ["Add", "Gelu"], on: [randomTensor([3, 40], seed: 5)])
  }
}
