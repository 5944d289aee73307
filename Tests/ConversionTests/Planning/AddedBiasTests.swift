import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

/// The constant that an Add behind a MatMul adds becomes an int32 bias where ONNX Runtime makes a Gemm of both.
@Suite struct AddedBiasTests {
  /// `x · w + b`, its result into a Sin.
  private func product(
    shape: [Int?], bias: [Int] = [3], scale: Float = 1, biasComesFirst: Bool = false
  ) -> GraphBuilder {
    var graph = GraphBuilder()
    graph.input("x", shape)
    graph.constant("w", randomTensor([4, 3], seed: 7))
    graph.constant("b", randomTensor(bias, seed: 8, scale: scale))
    graph.node("MatMul", ["x", "w"], ["m"])
    graph.node("Add", biasComesFirst ? ["b", "m"] : ["m", "b"], ["a"])
    graph.node("Sin", ["a"], ["y"])
    graph.output("y")
    return graph
  }

  private let matrix = [randomTensor([2, 4])]
  private let stack = [randomTensor([1, 2, 4])]
  private let integer = "int32 bias of an int8 product"
  private let float = "float: neighbours are float"

  private func decision(_ graph: GraphBuilder, _ batch: [Tensor], excluding: Set<String> = []) throws -> String {
    try PlannedModel(graph, batches: [batch], excluding: excluding).plan.decisions[1].description
  }

  @Test func theBiasOfMatricesIsInteger() throws {
    #expect(try decision(product(shape: [nil, 4]), matrix) == integer)
  }

  @Test func theBiasOfFixedShapesIsInteger() throws {
    #expect(try decision(product(shape: [1, 2, 4]), stack) == integer)
  }

  /// There it would be dequantized in every run.
  @Test func theBiasOfShapesThatVaryStaysFloat() throws {
    #expect(try decision(product(shape: [1, nil, 4]), stack) == float)
  }

  /// Where the shapes of inputs are fixed, so are all others, even one that is not understood: that of a NonZero.
  @Test(arguments: [true, false]) func aShapeThatIsNotUnderstoodIsTakenForFixedWhereInputsAre(isFixed: Bool) throws {
    var graph = GraphBuilder()
    graph.input("x", [2, isFixed ? 3 : nil])
    graph.constant("w", randomTensor([3, 2], seed: 7))
    graph.constant("b", randomTensor([2], seed: 8))
    graph.constant("three", Tensor([3], [1, -1, 3] as [Int64]))
    graph.node("NonZero", ["x"], ["places"])
    graph.node("Cast", ["places"], ["numbers"], ["to": .int(1)])
    graph.node("Reshape", ["numbers", "three"], ["r"])
    graph.node("MatMul", ["r", "w"], ["m"])
    graph.node("Add", ["m", "b"], ["y"])
    graph.output("y")
    let planned = try PlannedModel(graph, batches: [[Tensor([2, 3], [1, 0, 1, 1, 0, 0] as [Float])]])
    #expect(planned.decisions.last == "y: \(isFixed ? integer : float)")
  }

  /// A bias of three axes keeps ONNX Runtime from joining them, and one number is no bias per channel.
  @Test(arguments: [[1, 1, 3], [1]]) func onlyOneNumberPerChannelIsABias(shape: [Int]) throws {
    #expect(try decision(product(shape: [1, 2, 4], bias: shape), stack) == float)
  }

  @Test func aRowIsABiasOfMatricesOnly() throws {
    #expect(try decision(product(shape: [2, 4], bias: [1, 3]), matrix) == integer)
    #expect(try decision(product(shape: [4], bias: [1, 3]), [randomTensor([4])]) == float)
  }

  @Test func anExcludedAddStaysFloat() throws {
    #expect(try decision(product(shape: [2, 4]), matrix, excluding: ["a"]) == "float: excluded")
  }

  @Test func aSumThatIsNotAllThatUsesTheProductStaysFloat() throws {
    var graph = product(shape: [2, 4])
    graph.output("m")
    #expect(try decision(graph, matrix) == float)
  }

  @Test(arguments: [false, true]) func theBiasIsStoredInStepsOfTheSums(comesFirst: Bool) throws {
    let graph = product(shape: [2, 4], biasComesFirst: comesFirst)
    let model = try PlannedModel(graph, batches: [matrix]).converted
    #expect(
      model.listing == [
        "x_quantized = QuantizeLinear(x, x_scale, x_zero_point)",
        "x_dequantized = DequantizeLinear(x_quantized, x_scale, x_zero_point)",
        "w_dequantized = DequantizeLinear(w_quantized, w_scale, w_zero_point)",
        "m = MatMul(x_dequantized, w_dequantized)",
        "b_dequantized = DequantizeLinear(b_quantized, b_scale, b_zero_point)",
        comesFirst ? "a = Add(b_dequantized, m)" : "a = Add(m, b_dequantized)",
        "y = Sin(a)",
      ])
    let constants = try ["x_scale", "w_scale", "b_scale", "b_quantized", "b"].map { name in
      try #require(name == "b" ? graph.model.value(named: name)?.constant : model.value(named: name)?.constant)
    }
    let (x, w, scales) = (
      constants[0].array(of: Float.self)[0], constants[1].array(of: Float.self), constants[2].array(of: Float.self)
    )
    #expect(scales == w.map { x * $0 })
    #expect(
      constants[3].array(of: Int32.self)
        == zip(constants[4].array(of: Float.self), scales).map {
          Int32((Double($0) / Double($1)).rounded(.toNearestOrEven))
        })
    #expect(signalToNoise(try run(model, matrix)[0], try run(graph.model, matrix)[0]) > 35)
  }

  /// The scales of the weight are widened until the bias fits in 32 bits.
  @Test func aHugeBiasFits() throws {
    let graph = product(shape: [2, 4], scale: 1e9)
    let model = try PlannedModel(graph, batches: [matrix]).converted
    let integers = try #require(model.value(named: "b_quantized")?.constant?.array(of: Int32.self))
    let scales = try #require(model.value(named: "b_scale")?.constant?.array(of: Float.self))
    let bias = try #require(graph.model.value(named: "b")?.constant?.array(of: Float.self))
    for (channel, integer) in integers.enumerated() {
      #expect(abs(Float(integer) * scales[channel] - bias[channel]) <= abs(bias[channel]) * 1e-6)
    }
  }
}
