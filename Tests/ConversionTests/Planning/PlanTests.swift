import ModelGraph
import ModelTesting
import Tensors
import Testing

/// What the planner decides, and why.
@Suite struct PlanTests {
  /// x → Conv c1 → Relu r1 → Conv c2 → Add s (with r1) → Relu r2 → Conv c3.
  private func residual() -> GraphBuilder {
    var graph = GraphBuilder()
    graph.input("x", [1, 2, 6, 6])
    for name in ["w1", "w2", "w3"] { graph.constant(name, randomTensor([2, 2, 3, 3], seed: 7)) }
    graph.node("Conv", ["x", "w1"], ["c1"], ["pads": .ints([1, 1, 1, 1])])
    graph.node("Relu", ["c1"], ["r1"])
    graph.node("Conv", ["r1", "w2"], ["c2"], ["pads": .ints([1, 1, 1, 1])])
    graph.node("Add", ["c2", "r1"], ["s"])
    graph.node("Relu", ["s"], ["r2"])
    graph.node("Conv", ["r2", "w3"], ["c3"])
    graph.output("c3")
    return graph
  }

  private let image = [[randomTensor([1, 2, 6, 6])]]

  @Test func aResidualBlockIsAllIntegers() throws {
    #expect(
      try PlannedModel(residual(), batches: image).decisions == [
        "c1: int8 product", "r1: absorbed by the int8 node before it", "c2: int8 product", "s: int8 elementwise",
        "r2: absorbed by the int8 node before it", "c3: int8 product",
      ])
  }

  @Test func anExcludedNodeTakesItsNeighboursAlong() throws {
    #expect(
      try PlannedModel(residual(), batches: image, excluding: ["c3"]).decisions == [
        "c1: int8 product", "r1: absorbed by the int8 node before it", "c2: int8 product",
        "s: float: neighbours are float", "r2: float: no integer kernel in runtimes", "c3: float: excluded",
      ])
  }

  @Test(arguments: [7, 13]) func aClipFromZeroIsAbsorbedWhereverItsBoundsAre(opset: Int) throws {
    var graph = GraphBuilder(opset: opset)
    graph.input("x", [1, 2, 6, 6])
    graph.constant("w", randomTensor([2, 2, 3, 3], seed: 7))
    graph.constant("zero", 0)
    graph.constant("six", 6)
    graph.node("Conv", ["x", "w"], ["c"])
    if opset < 11 {
      graph.node("Clip", ["c"], ["r"], ["min": .float(0), "max": .float(6)])
    } else {
      graph.node("Clip", ["c", "zero", "six"], ["r"])
    }
    graph.output("r")
    #expect(
      try PlannedModel(graph, batches: image).decisions == [
        "c: int8 product", "r: absorbed by the int8 node before it",
      ])
  }

  @Test func withoutDataNothingIsConverted() throws {
    let decisions = try PlannedModel(residual(), batches: []).decisions
    #expect(
      decisions.filter { $0.hasPrefix("c") }.allSatisfy { $0.hasSuffix("float: not reached by the calibration data") })
  }

  @Test func activationsThatAreNotFiniteStayFloat() throws {
    var values = numbers(72)
    values[5] = .nan
    let decisions = try PlannedModel(residual(), batches: [[Tensor([1, 2, 6, 6], values)]]).decisions
    #expect(decisions[0] == "c1: float: activation has NaN or Inf")
  }

  /// One product with something special about it.
  private func product(_ change: (inout GraphBuilder) -> Void) throws -> [String] {
    var graph = GraphBuilder()
    graph.input("x", [2, 3])
    change(&graph)
    graph.output("y")
    return try PlannedModel(graph, batches: [[randomTensor([2, 3])]]).decisions
  }

  @Test func weightsMustBeConstant() throws {
    let decisions = try product { graph in
      graph.node("Transpose", ["x"], ["t"])
      graph.node("MatMul", ["x", "t"], ["y"])
    }
    #expect(decisions == ["t: float: neighbours are float", "y: float: weight is computed, not constant"])
  }

  @Test func weightsMustBeMatrices() throws {
    let decisions = try product { graph in
      graph.constant("w", randomTensor([1, 3, 4]))
      graph.node("MatMul", ["x", "w"], ["y"])
    }
    #expect(decisions == ["y: float: weight type or rank unsuitable"])
  }

  @Test func weightsMustBeFinite() throws {
    let decisions = try product { graph in
      graph.constant("w", [3, 1], [1, .infinity, 2])
      graph.node("MatMul", ["x", "w"], ["y"])
    }
    #expect(decisions == ["y: float: weight has NaN or Inf"])
  }

  @Test(arguments: [[2, 4], [1], [4, 1]]) func biasesMustBeOnePerChannel(shape: [Int]) throws {
    let decisions = try product { graph in
      graph.constant("w", randomTensor([3, 4]))
      graph.constant("b", randomTensor(shape == [4, 1] ? [2, 1] : shape))
      graph.node("Gemm", ["x", "w", "b"], ["y"])
    }
    #expect(decisions == ["y: float: bias is not one constant per channel"])
  }

  @Test func scaledProductsStayFloat() throws {
    let decisions = try product { graph in
      graph.constant("w", randomTensor([3, 4]))
      graph.node("Gemm", ["x", "w"], ["y"], ["alpha": .float(2)])
    }
    #expect(decisions == ["y: float: no integer kernel in runtimes"])
  }

  @Test func movementsBetweenProductsMoveIntegers() throws {
    var graph = GraphBuilder()
    graph.input("x", [1, 2, 6, 6])
    graph.constant("w", randomTensor([2, 2, 3, 3], seed: 7))
    graph.constant("v", randomTensor([8, 3], seed: 8))
    graph.node("Conv", ["x", "w"], ["c"])
    graph.node("MaxPool", ["c"], ["p"], ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])])
    graph.node("Flatten", ["p"], ["f"])
    graph.node("Gemm", ["f", "v"], ["g"])
    graph.node("Softmax", ["g"], ["y"])
    graph.output("y")
    #expect(
      try PlannedModel(graph, batches: image).decisions == [
        "c: int8 product", "p: int8 data movement", "f: int8 data movement", "g: int8 product",
        "y: float: neighbours are float",
      ])
  }

  @Test(arguments: [1, 2, 3]) func signalsImagesAndVolumesAreConvolvedInIntegers(axes: Int) throws {
    func shape(_ outer: Int..., inner: Int) -> [Int] { outer + [Int](repeating: inner, count: axes) }
    var graph = GraphBuilder()
    graph.input("x", shape(1, 2, inner: 6))
    graph.constant("w1", randomTensor(shape(4, 2, inner: 3), seed: 7))
    graph.constant("w2", randomTensor(shape(2, 4, inner: 1), seed: 8))
    graph.node("Conv", ["x", "w1"], ["c"])
    graph.node("MaxPool", ["c"], ["p"], ["kernel_shape": .ints([Int64](repeating: 2, count: axes))])
    graph.node("Conv", ["p", "w2"], ["y"])
    graph.output("y")
    let data = randomTensor(shape(1, 2, inner: 6), seed: 9)
    #expect(
      try PlannedModel(graph, batches: [[data]]).decisions == [
        "c: int8 product", "p: int8 data movement", "y: int8 product",
      ])
  }

  @Test(arguments: [(1, "cat: int8 elementwise"), (100, "cat: float: input ranges differ too much to share a scale")])
  func concatenationsNeedSimilarRanges(factor: Float, decision: String) throws {
    var graph = GraphBuilder()
    graph.input("x", [1, 2, 6, 6])
    graph.constant("w1", randomTensor([2, 2, 1, 1], seed: 7))
    graph.constant("w2", randomTensor([2, 2, 1, 1], seed: 7, scale: factor))
    graph.constant("w3", randomTensor([2, 4, 1, 1], seed: 9))
    graph.node("Conv", ["x", "w1"], ["a"])
    graph.node("Conv", ["x", "w2"], ["b"])
    graph.node("Concat", ["a", "b"], ["cat"], ["axis": .int(1)])
    graph.node("Conv", ["cat", "w3"], ["y"])
    graph.output("y")
    #expect(
      try PlannedModel(graph, batches: image).decisions == [
        "a: int8 product", "b: int8 product", decision, "y: int8 product",
      ])
  }

  @Test func resultsBetween0And1GetFixedParameters() throws {
    var graph = GraphBuilder()
    graph.input("x", [2, 3])
    graph.constant("w", randomTensor([3, 3]))
    graph.node("MatMul", ["x", "w"], ["m"])
    graph.node("Sigmoid", ["m"], ["s"])
    graph.node("MatMul", ["s", "w"], ["y"])
    graph.output("y")
    let planned = try PlannedModel(graph, batches: [[randomTensor([2, 3])]])
    #expect(planned.decisions == ["m: int8 product", "s: int8 elementwise", "y: int8 product"])
    let (_, parameters) = try #require(
      planned.plan.activations.first { planned.prepared[$0.key].name == "s" })
    #expect(parameters.scales == [1 / 256])
    #expect(parameters.zeroPoints == [0])
  }
}
