import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct LinearFusionTests {
  /// A product [2, 3, 4] · [4, 5] named "p", and what follows it.
  private func graph(on input: [Int] = [2, 3, 4], _ after: (inout GraphBuilder) -> Void) -> GraphBuilder {
    var graph = GraphBuilder(opset: 18)
    graph.input("x", input)
    graph.constant("w", randomTensor([4, 5], seed: 3))
    graph.node("MatMul", ["x", "w"], ["p"])
    after(&graph)
    graph.output("y")
    return graph
  }

  private func check(_ graph: GraphBuilder, _ types: [String], _ input: [Int] = [2, 3, 4], more: [Tensor] = []) throws {
    try checkFusion(graph, [LinearFusion()], leaves: types, on: [randomTensor(input, seed: 5)] + more)
  }

  @Test(arguments: [[4], [3, 4], [2, 3, 4], [2, 1, 3, 4], [0, 4]]) func aRowJoinsTheProduct(input: [Int]) throws {
    let after: (inout GraphBuilder) -> Void = { graph in
      graph.constant("b", randomTensor([5], seed: 7))
      graph.node("Add", ["b", "p"], ["y"])
    }
    try check(graph(on: input, after), ["Linear"], input)
  }

  @Test(arguments: [[], [1], [1, 5], [1, 1, 1, 5]]) func rowsMayHaveAnyRank(shape: [Int]) throws {
    let after: (inout GraphBuilder) -> Void = { graph in
      graph.constant("b", randomTensor(shape, seed: 7))
      graph.node("Add", ["p", "b"], ["y"])
    }
    try check(graph(after), ["Linear"])
  }

  @Test func aRowOfHigherRankRaisesThatOfTheResult() throws {
    let graph = graph(on: [3, 4]) { graph in
      graph.constant("b", randomTensor([1, 1, 5], seed: 7))
      graph.node("Add", ["p", "b"], ["y"])
    }
    #expect(try run(graph.model, [randomTensor([3, 4])], passes: [LinearFusion()])[0].shape == [1, 3, 5])
    try check(graph, ["Linear"], [3, 4])
  }

  @Test(arguments: [[2, 3, 5], [3, 5], [2, 1, 5], [2, 2, 3, 5], [3, 1]])
  func aResidualOfAnyShapeJoinsToo(shape: [Int]) throws {
    let after: (inout GraphBuilder) -> Void = { graph in
      graph.constant("b", randomTensor([5], seed: 7))
      graph.input("r", shape.map { $0 })
      graph.node("Add", ["p", "b"], ["s"])
      graph.node("Add", ["r", "s"], ["y"])
    }
    try check(graph(after), ["Linear"], more: [randomTensor(shape, seed: 8)])
  }

  @Test func ofTwoProductsTheLaterOneAddsTheOther() throws {
    let graph = graph { graph in
      graph.constant("v", randomTensor([4, 5], seed: 9))
      graph.node("MatMul", ["x", "v"], ["q"])
      graph.node("Add", ["p", "q"], ["y"])
    }
    try check(graph, ["MatMul", "Linear"])
  }

  @Test func aGemmTakesAResidual() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [3, 4])
    graph.constant("w", randomTensor([5, 4], seed: 3))
    graph.constant("b", randomTensor([5], seed: 4))
    graph.node("Gemm", ["x", "w", "b"], ["p"], ["transB": .int(1)])
    graph.input("r", [3, 5])
    graph.node("Add", ["p", "r"], ["y"])
    graph.output("y")
    let inputs = [randomTensor([3, 4], seed: 5), randomTensor([3, 5], seed: 6)]
    try checkFusion(graph, [LinearFusion()], leaves: ["Linear"], on: inputs)
  }

  @Test func aGemmThatScalesStays() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [3, 4])
    graph.constant("w", randomTensor([4, 5], seed: 3))
    graph.node("Gemm", ["x", "w"], ["p"], ["alpha": .float(2)])
    graph.constant("b", randomTensor([5], seed: 4))
    graph.node("Add", ["p", "b"], ["y"])
    graph.output("y")
    try checkFusion(graph, [LinearFusion()], leaves: ["Gemm", "Add"], on: [randomTensor([3, 4], seed: 5)])
  }

  @Test func halfWeightsFuse() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [2, 2], type: .float16)
    // 1, −2, 0.5 and 3 in binary16; the bias is 1 and −2.
    graph.constant("w", Tensor([2, 2], [0x3C00, 0xC000, 0x3800, 0x4200].map { Half(bits: $0) }))
    graph.constant("b", Tensor([2], [0x3C00, 0xC000].map { Half(bits: $0) }))
    graph.node("MatMul", ["x", "w"], ["p"])
    graph.node("Add", ["p", "b"], ["y"])
    graph.output("y")
    let model = try graph.model.applying(LinearFusion())
    #expect(model.operatorTypes == ["Linear"])
    // 1 and 2 in binary16.
    let input = Tensor([2, 2], [0x3C00, 0x4000, 0x4000, 0x3C00].map { Half(bits: $0) })
    #expect(try run(graph.model, [input], passes: [LinearFusion()])[0].floats == [3, 2, 3.5, -3])
  }

  @Test func aProductThatOthersUseStays() throws {
    let graph = graph { graph in
      graph.constant("b", randomTensor([5], seed: 7))
      graph.node("Add", ["p", "b"], ["y"])
      graph.output("p")
    }
    try check(graph, ["MatMul", "Add"])
  }

  @Test func productsOfTwoRunTimeValuesStay() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [2, 4])
    graph.input("w", [4, 5])
    graph.node("MatMul", ["x", "w"], ["p"])
    graph.constant("b", randomTensor([5], seed: 7))
    graph.node("Add", ["p", "b"], ["y"])
    graph.output("y")
    let inputs = [randomTensor([2, 4]), randomTensor([4, 5], seed: 2)]
    try checkFusion(graph, [LinearFusion()], leaves: ["MatMul", "Add"], on: inputs)
  }

  @Test func integerProductsStay() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [1, 2], type: .int32)
    graph.constant("w", Tensor([2, 1], [2, 3] as [Int32]))
    graph.node("MatMul", ["x", "w"], ["p"])
    graph.constant("b", Tensor([1], [4] as [Int32]))
    graph.node("Add", ["p", "b"], ["y"])
    graph.output("y")
    let result = try run(graph.model, [Tensor([1, 2], [5, 6] as [Int32])], passes: PassList.standard)[0]
    #expect(result.array(of: Int32.self) == [32])
  }

  @Test func anAddOfAVersionThatMeansSomethingElseStays() throws {
    var graph = GraphBuilder(opset: 6)
    graph.input("x", [2, 4])
    graph.constant("w", randomTensor([4, 5], seed: 3))
    graph.constant("b", randomTensor([5], seed: 4))
    graph.node("MatMul", ["x", "w"], ["p"])
    graph.node("Add", ["p", "b"], ["y"], ["broadcast": .int(1)])
    graph.output("y")
    #expect(try graph.model.applying(LinearFusion()).operatorTypes == ["MatMul", "Add"])
  }

  // MARK: Products of integers

  /// A quantized product [2, 3, 4] · [4, 5] named "p", and what follows it.
  private func integerGraph(_ after: (inout GraphBuilder) -> Void) -> GraphBuilder {
    var graph = GraphBuilder(opset: 18)
    graph.quantizedInput("x", [2, 3, 4], as: "a")
    graph.dequantizedConstant("w", [4, 5], numbers(20, seed: 3).map { Int8($0 * 100) }, scales: [0.01])
    graph.node("MatMul", ["a", "w"], ["p"])
    after(&graph)
    graph.output("y")
    return graph
  }

  /// Checks what fusion leaves of a graph, and that its results are those of the integer product and what follows it,
  /// to the bit.
  private func checkInteger(
    _ passes: [any GraphPass], _ types: [String], more: [Tensor] = [], _ after: (inout GraphBuilder) -> Void
  ) throws {
    let model = try islands(of: integerGraph(after).model)
    var rewritten = model
    for pass in passes { rewritten = try rewritten.applying(pass) }
    #expect(rewritten.operatorTypes == ["QuantizeLinear"] + types)
    let inputs = [randomTensor([2, 3, 4], seed: 5)] + more
    let expected = try run(model, inputs)[0]
    let actual = try run(model, inputs, passes: passes)[0]
    #expect(actual.shape == expected.shape)
    #expect(actual.floats == expected.floats)
  }

  @Test func aRowJoinsAnIntegerProduct() throws {
    try checkInteger([LinearFusion()], ["IntegerLinear"]) { graph in
      graph.constant("b", randomTensor([5], seed: 7))
      graph.node("Add", ["b", "p"], ["y"])
    }
  }

  @Test(arguments: [[2, 3, 5], [3, 5], [2, 1, 5], [2, 2, 3, 5]])
  func aResidualJoinsAnIntegerProduct(shape: [Int]) throws {
    try checkInteger([LinearFusion()], ["IntegerLinear"], more: [randomTensor(shape, seed: 9)]) { graph in
      graph.constant("b", randomTensor([5], seed: 7))
      graph.input("r", shape)
      graph.node("Add", ["p", "b"], ["s"])
      graph.node("Add", ["r", "s"], ["y"])
    }
  }

  @Test(arguments: ["Relu", "Sigmoid", "Gelu"]) func anIntegerProductTakesAnActivationIn(type: String) throws {
    try checkInteger([LinearFusion(), ActivationFusion()], ["IntegerLinear"]) { graph in
      graph.constant("b", randomTensor([5], seed: 7))
      graph.node("Add", ["p", "b"], ["s"])
      graph.node(type, ["s"], ["y"], domain: type == "Gelu" ? "com.microsoft" : "")
    }
  }

  @Test func anActivationComesAfterTheResidual() throws {
    try checkInteger(
      [LinearFusion(), ActivationFusion()], ["IntegerLinear"], more: [randomTensor([2, 3, 5], seed: 9)]
    ) { graph in
      graph.input("r", [2, 3, 5])
      graph.node("Add", ["r", "p"], ["s"])
      graph.node("Relu", ["s"], ["y"])
    }
  }

  @Test func rowsOfAnotherRankStayOutOfTheBias() throws {
    try checkInteger([LinearFusion()], ["IntegerLinear"]) { graph in
      graph.constant("b", randomTensor([1, 1, 1, 5], seed: 7))
      graph.node("Add", ["p", "b"], ["y"])
    }
  }
}
