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

  /// The approximation with constants of a half-precision type, as a file in that precision spells it out.
  private func halfGraph(_ constants: [String: Tensor]) -> GraphBuilder {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [3, 40])
    for (name, tensor) in constants.sorted(by: { $0.key < $1.key }) { graph.constant(name, tensor) }
    graph.node("Mul", ["x", "x"], ["x2"])
    graph.node("Mul", ["x", "x2"], ["x3"])
    graph.node("Mul", ["x3", "cubic"], ["c"])
    graph.node("Add", ["x", "c"], ["i"])
    graph.node("Mul", ["slope", "i"], ["a"])
    graph.node("Tanh", ["a"], ["t"])
    graph.node("Add", ["t", "one"], ["s"])
    graph.node("Mul", ["x", "s"], ["p"])
    graph.node("Mul", ["p", "half"], ["y"])
    graph.output("y")
    return graph
  }

  @Test(arguments: [false, true]) func constantsMayBeRoundedToHalfPrecision(widened: Bool) throws {
    // 0.5, 1, 0.044715 and √(2/π), rounded with NumPy's float16 and by hand to bfloat16.
    let bits: [DataType: [UInt16]] = [
      .float16: [0x3800, 0x3C00, 0x29B9, 0x3A62], .bfloat16: [0x3F00, 0x3F80, 0x3D37, 0x3F4C],
    ]
    for (type, bits) in bits.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let tensors = bits.map { Tensor(scalar: $0).reinterpreted(as: type) }
      let constants = Dictionary(uniqueKeysWithValues: zip(["half", "one", "cubic", "slope"], tensors))
      let passes: [any GraphPass] = widened ? [HalfConstantWidening(), GeluFusion()] : [GeluFusion()]
      // The fused operator has the constants unrounded.
      try checkFusion(
        halfGraph(constants), passes, leaves: ["FastGelu"], on: [randomTensor([3, 40], seed: 5, scale: 4)],
        tolerance: 4e-3)
    }
  }

  @Test func otherConstantsStay() throws {
    // 0.7978 in place of √(2/π) is more than rounding of float32, and no float16 number.
    let numbers: [String: Float] = ["half": 0.5, "one": 1, "cubic": 0.044_715, "slope": 0.7978]
    let graph = halfGraph(numbers.mapValues { Tensor(scalar: $0) })
    #expect(try !graph.model.applying(GeluFusion()).operatorTypes.contains("FastGelu"))
    // 0.8125 is a number of all types, but not the nearest one of any.
    var rounded = numbers
    rounded["slope"] = 0.8125
    let another = halfGraph(rounded.mapValues { Tensor(scalar: $0) })
    #expect(try !another.model.applying(GeluFusion()).operatorTypes.contains("FastGelu"))
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

  @Test func theHalfIsNotFoldedIntoTheProductAfterIt() throws {
    let graph = graph { graph in
      graph.constant("w", randomTensor([40, 40], seed: 6))
      graph.node("Div", ["x", "root"], ["d"])
      graph.node("Erf", ["d"], ["e"])
      graph.node("Add", ["e", "one"], ["s"])
      graph.node("Mul", ["x", "s"], ["p"])
      graph.node("Mul", ["p", "half"], ["h"])
      graph.node("MatMul", ["h", "w"], ["y"])
    }
    var model = graph.model
    for pass in PassList.standard { model = try model.applying(pass) }
    #expect(model.operatorTypes == ["Gelu", "MatMul"])
  }
}
