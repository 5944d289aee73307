import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct ConvolutionIslandTests {
  private let input = [randomTensor([1, 2, 4, 4])]
  private static let weights = numbers(3 * 2 * 3 * 3, seed: 5).map { Int8($0 * 100) }

  /// What follows the convolution before the result is quantized.
  enum Clamp { case none, relu, clip(Float) }

  /// x → Q → DQ → Conv with int8 weights → a clamp perhaps → Q → DQ → y.
  private func graph(
    weightScales: [Float] = [0.01, 0.02, 0.005], axis: Int? = 0, biasScaleFactor: Float? = 1, floatBias: [Float]? = nil,
    clamp: Clamp = .none, outputScale: Float = 1 / 16, zeroPoint: UInt8 = 128
  ) -> GraphBuilder {
    var graph = GraphBuilder()
    graph.quantizedInput("x", [1, 2, 4, 4], as: "a")
    graph.dequantizedConstant("w", [3, 2, 3, 3], Self.weights, scales: weightScales, axis: axis)
    var inputs = ["a", "w"]
    if let floatBias {
      graph.constant("b", [3], floatBias)
      inputs.append("b")
    } else if let biasScaleFactor {
      graph.dequantizedConstant(
        "b", [3], [300 as Int32, -200, 4000], scales: weightScales.map { $0 / 64 * biasScaleFactor },
        axis: axis.map { _ in 0 })
      inputs.append("b")
    }
    graph.node("Conv", inputs, ["c"], ["pads": .ints([1, 1, 1, 1])])
    var result = "c"
    switch clamp {
    case .none: break
    case .relu:
      graph.node("Relu", ["c"], ["r"])
      result = "r"
    case .clip(let upper):
      graph.constant("low", 0)
      graph.constant("high", upper)
      graph.node("Clip", ["c", "low", "high"], ["r"])
      result = "r"
    }
    graph.quantizedOutput(result, scale: outputScale, zeroPoint: zeroPoint)
    return graph
  }

  private let fired = ["QuantizeLinear", "QLinearConv", "DequantizeLinear"]

  @Test func aConvolutionBetweenIntegersIsOne() throws {
    try expectIsland(graph(), fired, inputs: input, within: 1 / 16)
  }

  @Test func oneScaleForAllChannelsWillDo() throws {
    try expectIsland(graph(weightScales: [0.01], axis: nil), fired, inputs: input, within: 1 / 16)
  }

  @Test func aFloatBiasIsQuantized() throws {
    try expectIsland(graph(floatBias: [0.5, -0.25, 2]), fired, inputs: input, within: 1 / 16)
  }

  @Test func noBiasWillDo() throws {
    try expectIsland(graph(biasScaleFactor: nil), fired, inputs: input, within: 1 / 16)
  }

  @Test func saturationDoesWhatReluDoes() throws {
    try expectIsland(graph(clamp: .relu, zeroPoint: 0), fired, inputs: input, within: 1 / 16)
  }

  @Test func saturationDoesWhatClipDoesAtTheEndOfTheRange() throws {
    // 255 steps of 6/255 end at 6 exactly.
    try expectIsland(graph(clamp: .clip(6), outputScale: 6 / 255, zeroPoint: 0), fired, inputs: input, within: 6 / 255)
  }

  @Test func aClampInsideTheRangeIsNotCovered() throws {
    try expectNoIsland(graph(clamp: .relu, zeroPoint: 10), inputs: input)
    try expectNoIsland(graph(clamp: .clip(6), outputScale: 6 / 200, zeroPoint: 0), inputs: input)
  }

  @Test func aBiasOfAnotherScaleIsNotCovered() throws {
    try expectNoIsland(graph(biasScaleFactor: 1.01), inputs: input)
    // One scale that suits the first channel only.
    var mixed = graph(biasScaleFactor: nil)
    mixed.dequantizedConstant("b", [3], [300 as Int32, -200, 4000], scales: [0.01 / 64])
    mixed.edit { model in
      let position = model.main.nodes.firstIndex { $0.operatorName.type == "Conv" }!
      let dequantizer = model.main.nodes.removeLast()
      model.main.nodes.insert(dequantizer, at: position)
      model.main.nodes[position + 1].inputs.append(dequantizer.outputs[0])
    }
    try expectNoIsland(mixed, inputs: input)
  }

  @Test func aBiasBeyond32BitsIsNotCovered() throws {
    try expectNoIsland(graph(floatBias: [1e30, 0, 0]), inputs: input)
    try expectNoIsland(graph(floatBias: [0, .infinity, 0]), inputs: input)
  }

  @Test func scalesAlongAnotherAxisAreNotCovered() throws {
    try expectNoIsland(graph(weightScales: [0.01, 0.02], axis: 1, biasScaleFactor: nil), inputs: input)
  }

  @Test func aResultThatIsUsedElsewhereIsNotCovered() throws {
    var used = graph()
    used.output("c")
    try expectNoIsland(used, inputs: input)
    var clamped = graph(clamp: .relu, zeroPoint: 0)
    clamped.output("r")
    try expectNoIsland(clamped, inputs: input)
  }
}
