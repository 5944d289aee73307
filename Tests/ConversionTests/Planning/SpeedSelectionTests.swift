import ModelGraph
import ModelTesting
import Tensors
import Testing

/// Which nodes stay in float because INT8 would not pay.
@Suite struct SpeedSelectionTests {
  private let image = [[randomTensor([1, 32, 16, 16])]]

  /// The decisions for a chain of nodes on an image of 32 channels: "dense" and "depthwise" are convolutions, anything
  /// else an operator of one input.
  private func decisions(_ chain: [String], samples: Int? = 1, batches: Int = 1) throws -> [String] {
    var graph = GraphBuilder(opset: 14)
    graph.input("x", [1, 32, 16, 16])
    graph.constant("dense", randomTensor([32, 32, 3, 3], seed: 7))
    graph.constant("depthwise", randomTensor([32, 1, 3, 3], seed: 8))
    var last = "x"
    for (index, type) in chain.enumerated() {
      let name = "n\(index)"
      let groups: Int64 = type == "depthwise" ? 32 : 1
      if type == "dense" || type == "depthwise" {
        graph.node("Conv", [last, type], [name], ["pads": .ints([1, 1, 1, 1]), "group": .int(groups)])
      } else {
        graph.node(type, [last], [name])
      }
      last = name
    }
    graph.output(last)
    let batches = [[Tensor]](repeating: image[0], count: batches)
    return try PlannedModel(graph, batches: batches, samples: samples).plan.decisions.map(\.description)
  }

  private let float = "float: no integer kernel in runtimes"
  private let slow = "float: int8 would not be faster"

  @Test func aDenseConvolutionPaysForItsConversions() throws {
    #expect(try decisions(["Sin", "dense", "Sin"]) == [float, "int8 product", float])
  }

  @Test func aDepthwiseConvolutionBetweenFloatsDoesNotPay() throws {
    #expect(
      try decisions(["dense", "Sin", "depthwise", "Sin"]) == ["int8 product", float, slow, float])
  }

  @Test func aDepthwiseConvolutionBetweenIntegersIsInteger() throws {
    #expect(
      try decisions(["dense", "depthwise", "dense"]) == ["int8 product", "int8 product", "int8 product"])
  }

  @Test func aFunctionBetweenIntegersCostsNoConversion() throws {
    #expect(
      try decisions(["dense", "HardSwish", "depthwise", "HardSwish", "dense"])
        == ["int8 product", float, "int8 product", float, "int8 product"])
    #expect(
      try decisions(["dense", "Sin", "depthwise", "Sin", "dense"])
        == ["int8 product", float, slow, float, "int8 product"])
  }

  /// What a squeeze-and-excitation block reads is a function of integers, and the gate that it multiplies with another.
  @Test func squeezeAndExcitationBehindFunctionsIsInteger() throws {
    var graph = GraphBuilder(opset: 14)
    graph.input("x", [1, 32, 16, 16])
    graph.constant("w", randomTensor([32, 32, 3, 3], seed: 7))
    graph.constant("v", randomTensor([32, 32, 1, 1], seed: 8))
    graph.node("Conv", ["x", "w"], ["c"], ["pads": .ints([1, 1, 1, 1])])
    graph.node("HardSwish", ["c"], ["h"])
    graph.node("GlobalAveragePool", ["h"], ["p"])
    graph.node("Conv", ["p", "v"], ["e"])
    graph.node("HardSigmoid", ["e"], ["g"])
    graph.node("Mul", ["h", "g"], ["m"])
    graph.node("Conv", ["m", "w"], ["y"], ["pads": .ints([1, 1, 1, 1])])
    graph.output("y")
    let planned = try PlannedModel(graph, batches: image, samples: 1)
    #expect(
      planned.decisions == [
        "c: int8 product", "h: \(float)", "p: int8 elementwise", "e: int8 product", "g: \(float)",
        "m: int8 elementwise", "y: int8 product",
      ])
  }

  @Test func withoutTheNumberOfSamplesEverythingIsConverted() throws {
    #expect(try decisions(["Sin", "depthwise", "Sin"], samples: nil) == [float, "int8 product", float])
  }

  /// What counts is the size of one sample, not how many were seen.
  @Test func moreSamplesDecideAlike() throws {
    #expect(
      try decisions(["dense", "Sin", "depthwise"], samples: 50, batches: 50)
        == decisions(["dense", "Sin", "depthwise"]))
  }

  /// A small product stays in float beside a large one; a model of small ones is converted for its size.
  @Test(arguments: [4, 256]) func aTinyProductStaysWhereOthersPay(width: Int) throws {
    var graph = GraphBuilder()
    graph.input("x", [1, width])
    graph.constant("w", randomTensor([width, width], seed: 7))
    graph.constant("v", randomTensor([width, 2], seed: 8))
    graph.node("MatMul", ["x", "w"], ["m"])
    graph.node("Sin", ["m"], ["s"])
    graph.node("MatMul", ["s", "v"], ["y"])
    graph.output("y")
    let planned = try PlannedModel(graph, batches: [[randomTensor([1, width])]], samples: 1)
    let isLarge = width > 4
    #expect(planned.decisions == ["m: int8 product", "s: \(float)", "y: \(isLarge ? slow : "int8 product")"])
    #expect(planned.plan.isFaster == isLarge)
  }

  /// Integers would make it neither faster nor smaller.
  @Test func aTinyProductBesideLargeConstantsStays() throws {
    var graph = GraphBuilder()
    graph.input("x", [1, 4])
    graph.constant("w", randomTensor([4, 4], seed: 7))
    graph.constant("c", randomTensor([64, 4], seed: 8))
    graph.node("MatMul", ["x", "w"], ["m"])
    graph.node("Mul", ["m", "c"], ["y"])
    graph.output("y")
    let planned = try PlannedModel(graph, batches: [[randomTensor([1, 4])]], samples: 1)
    #expect(planned.decisions.first == "m: \(slow)")
    #expect(!planned.plan.isFaster)
    #expect(try PlannedModel(graph, batches: [[randomTensor([1, 4])]]).decisions.first == "m: int8 product")
  }

  /// A product of one row waits for its weights, of which integers are a quarter.
  @Test func aProductOfOneRowPaysByItsWeights() throws {
    var graph = GraphBuilder()
    graph.input("x", [1, 256])
    graph.constant("w", randomTensor([256, 256], seed: 7))
    graph.node("MatMul", ["x", "w"], ["y"])
    graph.output("y")
    let planned = try PlannedModel(graph, batches: [[randomTensor([1, 256])]], samples: 1)
    #expect(planned.decisions == ["y: int8 product"])
  }
}
