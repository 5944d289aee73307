import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

/// The float form runs the nodes one by one; a lookup has to give the same integers for every argument.
@Suite struct LookupFusionTests {
  /// All 256 integers, dequantized to `x`.
  private func graph(opset: Int = 14) -> GraphBuilder {
    var graph = GraphBuilder(opset: opset)
    graph.input("i", [2, 128], type: .uint8)
    graph.dequantize("i", to: "x", scale: 1 / 24, zeroPoint: 100 as UInt8)
    graph.constant("three", 3)
    graph.constant("six", 6)
    graph.constant("zero", 0)
    return graph
  }

  private func everyInteger() -> Tensor { Tensor([2, 128], (0...255).map { UInt8($0) }) }

  /// Checks which nodes the pass leaves of a graph that quantizes `y` to `q`, and that results are the same.
  private func check(_ graph: GraphBuilder, leaves types: [String], sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    var graph = graph
    graph.quantize("y", to: "q", scale: 1 / 30, zeroPoint: 20 as UInt8)
    graph.output("q")
    #expect(
      try graph.model.applying(LookupFusion()).operatorTypes == types, sourceLocation: sourceLocation)
    let expected = try run(graph.model, [everyInteger()])
    for passes in [[LookupFusion()], PassList.standard] as [[any GraphPass]] {
      let actual = try run(graph.model, [everyInteger()], passes: passes)
      #expect(actual.count == expected.count, sourceLocation: sourceLocation)
      for (output, reference) in zip(actual, expected) {
        #expect(output.array(of: UInt8.self) == reference.array(of: UInt8.self), sourceLocation: sourceLocation)
        #expect(output.shape == reference.shape, sourceLocation: sourceLocation)
      }
    }
  }

  @Test(arguments: ["HardSwish", "Mish", "Tanh", "Exp", "Softplus"]) func aFunction(type: String) throws {
    var graph = graph(opset: 18)
    graph.node(type, ["x"], ["y"])
    try check(graph, leaves: ["ByteLookup"])
  }

  @Test func severalNodes() throws {
    var graph = graph()
    graph.node("Add", ["three", "x"], ["a"])
    graph.node("Clip", ["a", "zero", "six"], ["c"])
    graph.node("Div", ["c", "six"], ["d"])
    graph.node("Mul", ["x", "d"], ["y"])
    try check(graph, leaves: ["ByteLookup"])
  }

  @Test func anotherScaleAlone() throws {
    var graph = graph()
    graph.node("Identity", ["x"], ["y"])
    try check(graph, leaves: ["ByteLookup"])
  }

  @Test func oneDequantizationForEachUse() throws {
    var graph = graph()
    graph.dequantize("i", to: "x2", scale: 1 / 24, zeroPoint: 100 as UInt8)
    graph.node("Sigmoid", ["x2"], ["s"])
    graph.node("Mul", ["x", "s"], ["y"])
    try check(graph, leaves: ["ByteLookup"])
  }

  @Test func whatOthersUseStays() throws {
    var graph = graph()
    graph.node("HardSwish", ["x"], ["y"])
    graph.output("y")
    graph.quantize("y", to: "q", scale: 1 / 30, zeroPoint: 20 as UInt8)
    graph.output("q")
    #expect(
      try graph.model.applying(LookupFusion()).operatorTypes == ["DequantizeLinear", "HardSwish", "ByteLookup"])
  }

  @Test func twoArgumentsStay() throws {
    var graph = graph()
    graph.input("j", [2, 128], type: .uint8)
    graph.dequantize("j", to: "z", scale: 1 / 24, zeroPoint: 100 as UInt8)
    graph.node("Mul", ["x", "z"], ["y"])
    graph.quantize("y", to: "q", scale: 1 / 30, zeroPoint: 20 as UInt8)
    graph.output("q")
    #expect(try graph.model.applying(LookupFusion()).listing == graph.model.listing)
  }

  @Test func parametersForEachChannelStay() throws {
    var graph = graph()
    graph.constant("slopes", Tensor([128], (0..<128).map { Float($0) / 100 }))
    graph.node("Mul", ["x", "slopes"], ["y"])
    graph.quantize("y", to: "q", scale: 1 / 30, zeroPoint: 20 as UInt8)
    graph.output("q")
    #expect(try graph.model.applying(LookupFusion()).listing == graph.model.listing)
  }

  @Test func whatLooksAtNeighboursStays() throws {
    var graph = graph()
    graph.node("Softmax", ["x"], ["y"])
    graph.quantize("y", to: "q", scale: 1 / 255, zeroPoint: 0 as UInt8)
    graph.output("q")
    #expect(try graph.model.applying(LookupFusion()).listing == graph.model.listing)
  }

  /// `q = quantize(x · sigmoid(x))` with the sigmoid quantized as well, as exporters of quantized models leave it.
  private func quantizedSwish<Byte: TensorElement>(zeroPoint: Byte, sigmoidZeroPoint: Byte) -> GraphBuilder {
    var graph = GraphBuilder(opset: 14)
    graph.input("i", [256], type: Byte.dataType)
    graph.dequantize("i", to: "x", scale: 1 / 24, zeroPoint: zeroPoint)
    graph.node("Sigmoid", ["x"], ["s"])
    graph.quantize("s", to: "sq", scale: 1 / 256, zeroPoint: sigmoidZeroPoint)
    graph.dequantize("sq", to: "sx", scale: 1 / 256, zeroPoint: sigmoidZeroPoint)
    graph.dequantize("i", to: "x2", scale: 1 / 24, zeroPoint: zeroPoint)
    graph.node("Mul", ["x2", "sx"], ["y"])
    graph.quantize("y", to: "q", scale: 1 / 30, zeroPoint: zeroPoint)
    graph.output("q")
    return graph
  }

  private func elements(of bytes: Tensor) -> [Int] {
    bytes.type == .int8 ? bytes.array(of: Int8.self).map { Int($0) } : bytes.array(of: UInt8.self).map { Int($0) }
  }

  private func checkQuantized(
    _ graph: GraphBuilder, _ integers: Tensor, leaves types: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let islands: [any GraphPass] = [IntegerIslands(), DeadNodeElimination()]
    let fused = islands + [LookupFusion()]
    let model = try graph.model.applying(IntegerIslands(), DeadNodeElimination(), LookupFusion())
    #expect(model.operatorTypes == types, sourceLocation: sourceLocation)
    let expected = try run(graph.model, [integers], passes: islands)
    let actual = try run(graph.model, [integers], passes: fused)
    for (output, reference) in zip(actual, expected) {
      #expect(output.shape == reference.shape && output.type == reference.type, sourceLocation: sourceLocation)
      #expect(elements(of: output) == elements(of: reference), sourceLocation: sourceLocation)
    }
  }

  @Test func quantizedOperatorsOfOneArgumentAreOneTable() throws {
    try checkQuantized(
      quantizedSwish(zeroPoint: 100 as UInt8, sigmoidZeroPoint: 0), Tensor([256], (0...255).map { UInt8($0) }),
      leaves: ["ByteLookup"])
    try checkQuantized(
      quantizedSwish(zeroPoint: 3 as Int8, sigmoidZeroPoint: -128), Tensor([256], (-128...127).map { Int8($0) }),
      leaves: ["ByteLookup"])
  }

  /// A table is part of a function as well: HardSigmoid becomes one first.
  @Test func tablesAndQuantizedOperatorsAreOneTable() throws {
    var graph = GraphBuilder(opset: 14)
    graph.input("i", [256], type: .uint8)
    for name in ["a", "b", "c"] {
      graph.dequantize("i", to: name, scale: 1 / 24, zeroPoint: 100 as UInt8)
    }
    graph.node("HardSigmoid", ["a"], ["s"])
    graph.quantize("s", to: "sq", scale: 1 / 255, zeroPoint: 0 as UInt8)
    graph.dequantize("sq", to: "sx", scale: 1 / 255, zeroPoint: 0 as UInt8)
    graph.node("Mul", ["sx", "b"], ["m"])
    graph.quantize("m", to: "mq", scale: 1 / 30, zeroPoint: 20 as UInt8)
    graph.dequantize("mq", to: "mx", scale: 1 / 30, zeroPoint: 20 as UInt8)
    graph.node("Add", ["mx", "c"], ["y"])
    graph.quantize("y", to: "q", scale: 1 / 20, zeroPoint: 40 as UInt8)
    graph.output("q")
    try checkQuantized(graph, Tensor([256], (0...255).map { UInt8($0) }), leaves: ["ByteLookup"])
  }

  @Test func whatElseIsUsedOfAQuantizedFunctionStays() throws {
    var graph = quantizedSwish(zeroPoint: 100 as UInt8, sigmoidZeroPoint: 0)
    graph.output("sq")
    try checkQuantized(
      graph, Tensor([256], (0...255).map { UInt8($0) }), leaves: ["QLinearSigmoid", "ByteLookup"])
  }

  @Test func quantizedOperatorsOfTwoArgumentsStay() throws {
    var graph = GraphBuilder(opset: 14)
    graph.input("i", [256], type: .uint8)
    graph.input("j", [256], type: .uint8)
    graph.dequantize("i", to: "x", scale: 1 / 24, zeroPoint: 100 as UInt8)
    graph.dequantize("j", to: "z", scale: 1 / 24, zeroPoint: 100 as UInt8)
    graph.node("Sigmoid", ["z"], ["s"])
    graph.quantize("s", to: "sq", scale: 1 / 256, zeroPoint: 0 as UInt8)
    graph.dequantize("sq", to: "sx", scale: 1 / 256, zeroPoint: 0 as UInt8)
    graph.node("Mul", ["x", "sx"], ["y"])
    graph.quantize("y", to: "q", scale: 1 / 30, zeroPoint: 20 as UInt8)
    graph.output("q")
    let model = try islands(of: graph.model).applying(LookupFusion())
    #expect(model.operatorTypes == ["QLinearSigmoid", "QLinearMul"])
  }

  @Test func signedIntegers() throws {
    var graph = GraphBuilder(opset: 14)
    graph.input("i", [256], type: .int8)
    graph.dequantize("i", to: "x", scale: 1 / 24, zeroPoint: 3 as Int8)
    graph.node("HardSwish", ["x"], ["y"])
    graph.quantize("y", to: "q", scale: 1 / 30, zeroPoint: -20 as Int8)
    graph.output("q")
    let integers = Tensor([256], (-128...127).map { Int8($0) })
    let passes = [LookupFusion()] as [any GraphPass]
    #expect(try graph.model.applying(LookupFusion()).operatorTypes == ["ByteLookup"])
    #expect(
      try run(graph.model, [integers], passes: passes)[0].array(of: Int8.self)
        == run(graph.model, [integers])[0].array(of: Int8.self))
  }
}
