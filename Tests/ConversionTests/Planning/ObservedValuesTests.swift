import Conversion
import ModelGraph
import ModelTesting
import Tensors
import Testing

/// Which activations calibration keeps statistics of.
@Suite struct ObservedValuesTests {
  private static let image = randomTensor([1, 2, 6, 6])

  /// x → Conv c1 → Relu r1 → Conv c2 → Add s (with r1) → Relu r2 → Conv c3, and Sigmoid g of c1 where `shared`.
  private static func residual(shared: Bool = false) -> GraphBuilder {
    var graph = GraphBuilder()
    graph.input("x", [1, 2, 6, 6])
    for name in ["w1", "w2", "w3"] { graph.constant(name, randomTensor([2, 2, 3, 3], seed: 7)) }
    graph.node("Conv", ["x", "w1"], ["c1"], ["pads": .ints([1, 1, 1, 1])])
    graph.node("Relu", ["c1"], ["r1"])
    graph.node("Conv", ["r1", "w2"], ["c2"], ["pads": .ints([1, 1, 1, 1])])
    graph.node("Add", ["c2", "r1"], ["s"])
    graph.node("Relu", ["s"], ["r2"])
    graph.node("Conv", ["r2", "w3"], ["c3"])
    if shared { graph.node("Sigmoid", ["c1"], ["g"]) }
    graph.output("c3")
    return graph
  }

  private func observed(_ graph: GraphBuilder, excluding excluded: Set<String> = []) throws -> [String] {
    var planner = QuantizationPlanner(try Preparation.prepare(graph.model, context))
    planner.excludedNodes = excluded
    return planner.observedValues.map { planner.model[$0].name }.sorted()
  }

  @Test func whatAClampAbsorbsIsNotObserved() throws {
    #expect(try observed(Self.residual()) == ["c2", "c3", "r1", "r2", "x"])
  }

  @Test func whatAnotherNodeTakesAsWellIsObserved() throws {
    #expect(try observed(Self.residual(shared: true)) == ["c1", "c2", "c3", "g", "r1", "r2", "x"])
  }

  @Test func excludedNodesAskForNothing() throws {
    #expect(try observed(Self.residual(), excluding: ["c1", "s"]) == ["c2", "c3", "r1", "r2"])
  }

  @Test func productsWithComputedWeightsAskForNothing() throws {
    var graph = GraphBuilder()
    graph.input("x", [3, 3])
    graph.constant("w", randomTensor([3, 3], seed: 2))
    graph.node("MatMul", ["x", "w"], ["q"])
    graph.node("MatMul", ["q", "x"], ["y"])
    graph.output("y")
    #expect(try observed(graph) == ["x"])
  }

  /// Every element of `joined`, of `turned` and of `all` is one of `r1` or of `c2`.
  @Test func whatHoldsTheElementsOfOthersIsNotObserved() throws {
    var graph = Self.joined
    graph.node("Transpose", ["joined"], ["turned"], ["perm": .ints([0, 1, 3, 2])])
    graph.node("Concat", ["turned", "r1"], ["all"], ["axis": .int(1)])
    graph.node("Conv", ["all", "w3"], ["y"])
    graph.output("y")
    #expect(try observed(graph) == ["c2", "r1", "x", "y"])
  }

  @Test func aConcatenationIsObservedWhereOneOfItsPartsIsNot() throws {
    var graph = Self.joined
    graph.constant("part", randomTensor([1, 2, 6, 6], seed: 5))
    graph.node("Concat", ["joined", "part"], ["all"], ["axis": .int(1)])
    graph.node("Conv", ["all", "w3"], ["y"])
    graph.output("y")
    #expect(try observed(graph).contains("all"))
  }

  // MARK: Plans

  /// x → Conv c1 → Relu r1, x → Conv c2, and both together.
  private static var joined: GraphBuilder {
    var graph = GraphBuilder()
    graph.input("x", [1, 2, 6, 6])
    for name in ["w1", "w2"] { graph.constant(name, randomTensor([2, 2, 3, 3], seed: 7)) }
    graph.constant("w3", randomTensor([2, 6, 3, 3], seed: 7))
    graph.node("Conv", ["x", "w1"], ["c1"], ["pads": .ints([1, 1, 1, 1])])
    graph.node("Relu", ["c1"], ["r1"])
    graph.node("Conv", ["x", "w2"], ["c2"], ["pads": .ints([1, 1, 1, 1])])
    graph.node("Concat", ["r1", "c2"], ["joined"], ["axis": .int(1)])
    return graph
  }

  /// Pooling, concatenation, reshaping and a constant operand between products.
  private static func mixed(range: Float) -> GraphBuilder {
    var graph = GraphBuilder()
    graph.input("x", [1, 2, 6, 6])
    graph.constant("w1", randomTensor([2, 2, 3, 3], seed: 3))
    graph.constant("w2", randomTensor([2, 2, 3, 3], seed: 4, scale: range))
    graph.constant("w3", randomTensor([16, 4], seed: 5))
    graph.constant("bias", randomTensor([4], seed: 6))
    graph.constant("shape", Tensor([2], [1, -1] as [Int64]))
    graph.constant("square", randomTensor([4, 4], seed: 9))
    graph.node("Conv", ["x", "w1"], ["c1"])
    graph.node("Relu", ["c1"], ["r1"])
    graph.node("Conv", ["x", "w2"], ["c2"])
    graph.node("Concat", ["r1", "c2"], ["joined"], ["axis": .int(1)])
    graph.node("MaxPool", ["joined"], ["p"], ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])])
    graph.node("Reshape", ["p", "shape"], ["flat"])
    graph.node("MatMul", ["flat", "w3"], ["m"])
    graph.node("Add", ["m", "bias"], ["sum"])
    graph.node("Softmax", ["sum"], ["probability"])
    graph.node("Mul", ["probability", "sum"], ["weighted"])
    graph.node("MatMul", ["weighted", "square"], ["y"])
    graph.output("y")
    return graph
  }

  private var graphs: [GraphBuilder] {
    [Self.residual(), Self.residual(shared: true), Self.mixed(range: 1), Self.mixed(range: 100)]
  }

  @Test(arguments: 0..<4, [Float(1), .nan, .infinity])
  func statisticsOfOtherValuesWouldChangeNothing(index: Int, factor: Float) throws {
    let graph = graphs[index]
    let batches = [[Self.image], [randomTensor([1, 2, 6, 6], seed: 3, scale: factor)]]
    let expected = try PlannedModel(graph, batches: batches, observesAll: true)
    let actual = try PlannedModel(graph, batches: batches)
    #expect(actual.decisions == expected.decisions)
    #expect(actual.plan.weights.keys.sorted() == expected.plan.weights.keys.sorted())
    #expect(actual.plan.activations.keys == expected.plan.activations.keys)
    for (value, parameters) in expected.plan.activations {
      let other = try #require(actual.plan.activations[value])
      #expect(other.zeroPoints == parameters.zeroPoints)
      #expect(zip(other.scales, parameters.scales).allSatisfy { abs($0 - $1) <= 1e-6 * $1 })
    }
  }
}
