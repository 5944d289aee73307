import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

/// Where QuantizeLinear and DequantizeLinear go, and what they compute.
@Suite struct PlacementTests {
  private let image = [randomTensor([1, 2, 6, 6])]

  private func convolutions(relu: Bool, outputs: [String]) -> GraphBuilder {
    var graph = GraphBuilder()
    graph.input("x", [1, 2, 6, 6])
    graph.constant("w1", randomTensor([2, 2, 3, 3], seed: 7))
    graph.constant("b1", [2], [0.5, -0.25])
    graph.constant("w2", randomTensor([2, 2, 3, 3], seed: 8))
    graph.node("Conv", ["x", "w1", "b1"], ["c1"])
    if relu { graph.node("Relu", ["c1"], ["r1"]) }
    graph.node("Conv", [relu ? "r1" : "c1", "w2"], ["c2"])
    for name in outputs { graph.output(name) }
    return graph
  }

  @Test func everyConsumerReadsTheIntegersByItself() throws {
    let model = try PlannedModel(convolutions(relu: true, outputs: ["c2"]), batches: [image]).converted
    #expect(
      model.listing == [
        "x_quantized = QuantizeLinear(x, x_scale, x_zero_point)",
        "x_dequantized = DequantizeLinear(x_quantized, x_scale, x_zero_point)",
        "w1_dequantized = DequantizeLinear(w1_quantized, w1_scale, w1_zero_point)",
        "b1_dequantized = DequantizeLinear(b1_quantized, b1_scale, b1_zero_point)",
        "c1 = Conv(x_dequantized, w1_dequantized, b1_dequantized)",
        "r1_raw = Relu(c1)",
        "r1_quantized = QuantizeLinear(r1_raw, r1_scale, r1_zero_point)",
        "r1_dequantized = DequantizeLinear(r1_quantized, r1_scale, r1_zero_point)",
        "w2_dequantized = DequantizeLinear(w2_quantized, w2_scale, w2_zero_point)",
        "c2_raw = Conv(r1_dequantized, w2_dequantized)",
        "c2_quantized = QuantizeLinear(c2_raw, c2_scale, c2_zero_point)",
        "c2 = DequantizeLinear(c2_quantized, c2_scale, c2_zero_point)",
      ])
    #expect(model.value(named: "w1_quantized")?.constant?.type == .int8)
    #expect(model.value(named: "b1_quantized")?.constant?.type == .int32)
    #expect(model.value(named: "w1") == nil || !model.main.initializers.contains { model[$0].name == "w1" })
  }

  @Test func anOutputInTheMiddleKeepsItsName() throws {
    let graph = convolutions(relu: false, outputs: ["c1", "c2"])
    let model = try PlannedModel(graph, batches: [image]).converted
    #expect(model.main.outputs.map { model[$0].name } == ["c1", "c2"])
    #expect(model.listing.contains("c1 = DequantizeLinear(c1_quantized, c1_scale, c1_zero_point)"))
    #expect(model.listing.contains("c1_dequantized = DequantizeLinear(c1_quantized, c1_scale, c1_zero_point)"))
  }

  @Test func aConvertedModelComputesTheSameWithinTheNoiseOfIntegers() throws {
    let graph = convolutions(relu: true, outputs: ["c2"])
    let expected = try run(graph.model, image)
    let model = try PlannedModel(graph, batches: [image]).converted
    for passes in [PassList.essential, PassList.standard] {
      #expect(signalToNoise(try run(model, image, passes: passes)[0], expected[0]) > 35)
    }
  }

  @Test func aWeightThatIsSharedIsStoredOnce() throws {
    var graph = GraphBuilder()
    graph.input("x", [2, 3])
    graph.constant("w", randomTensor([3, 3]))
    graph.node("MatMul", ["x", "w"], ["m"])
    graph.node("MatMul", ["m", "w"], ["y"])
    graph.output("y")
    let model = try PlannedModel(graph, batches: [[randomTensor([2, 3])]]).converted
    #expect(model.main.initializers.count { model[$0].constant?.type == .int8 && model[$0].constant?.count == 9 } == 1)
  }

  @Test func weightsAreQuantizedPerOutputChannel() throws {
    var graph = GraphBuilder()
    graph.input("x", [1, 2])
    graph.constant("w", [2, 3], [127, 2.54, -12.7, -63.5, -1.27, 0])
    graph.node("MatMul", ["x", "w"], ["y"])
    graph.output("y")
    let model = try PlannedModel(graph, batches: [[Tensor([1, 2], [1 as Float, -1])]]).converted
    let scales = try #require(model.value(named: "w_scale")?.constant?.floats)
    #expect(zip(scales, [1, 0.02, 0.1] as [Float]).allSatisfy { abs($0 - $1) < 1e-6 })
    // −63.5 is halfway; ties go to the even integer. −1.27 / 0.02 = −63.5 up to rounding of the scale.
    let integers = try #require(model.value(named: "w_quantized")?.constant?.array(of: Int8.self))
    #expect(integers[0] == 127 && integers[1] == 127 && integers[2] == -127 && integers[3] == -64 && integers[5] == 0)
    let dequantizer = try #require(model.main.nodes.first { $0.outputs.first == model.main.nodes.last?.inputs[1] })
    guard case .int(1)? = dequantizer.attributes["axis"] else {
      Issue.record("the axis is \(String(describing: dequantizer.attributes["axis"]))")
      return
    }
  }

  @Test func aBiasThatDwarfsItsWeightsSurvives() throws {
    var graph = GraphBuilder()
    graph.input("x", [2, 3])
    graph.constant("w", randomTensor([3, 2], scale: 1e-9))
    graph.constant("b", [2], [100, -3])
    graph.node("Gemm", ["x", "w", "b"], ["y"])
    graph.output("y")
    let inputs = [randomTensor([2, 3])]
    let model = try PlannedModel(graph, batches: [inputs]).converted
    for passes in [PassList.essential, PassList.standard] {
      let output = try run(model, inputs, passes: passes)[0].floats
      #expect(zip(output, [100, -3, 100, -3] as [Float]).allSatisfy { abs($0 - $1) < 1e-3 })
    }
  }

  @Test func aFloatNeighbourGetsTheQuantizedResultInFloat() throws {
    var graph = GraphBuilder()
    graph.input("x", [1, 2, 6, 6])
    graph.constant("w", randomTensor([2, 2, 3, 3], seed: 7))
    graph.node("Conv", ["x", "w"], ["c"])
    graph.node("Tanh", ["c"], ["y"])
    graph.output("y")
    let model = try PlannedModel(graph, batches: [image]).converted
    #expect(
      Array(model.listing.suffix(2)) == ["c = DequantizeLinear(c_quantized, c_scale, c_zero_point)", "y = Tanh(c)"])
  }

  @Test func constantInputsNeedNoCalibration() throws {
    var graph = GraphBuilder()
    graph.input("x", [2, 3])
    graph.constant("w", randomTensor([3, 3]))
    graph.constant("unused", randomTensor([3, 3]))
    graph.edit { $0.main.inputs.append($0.main.initializers[0]) }
    graph.node("MatMul", ["x", "w"], ["y"])
    graph.output("y")
    let model = try PlannedModel(graph, batches: [[randomTensor([2, 3])]]).converted
    #expect(model.requiredInputs.map { model[$0].name } == ["x"])
    #expect(model.main.inputs.map { model[$0].name } == ["x"])
  }
}
