import Quantization
import Tensors
import Testing

/// Expected values: `quant_utils.quantize_data` of ONNX Runtime 1.32.0, channel by channel.
@Suite struct WeightQuantizationTests {
  let shape: Shape = [2, 3, 4]
  let weights: [Float] = (0..<24).map { Float(($0 * 37) % 29 - 11) / 7 }

  func parameters(_ scheme: QuantizationScheme) throws -> QuantizationParameters {
    try QuantizationParameters(weights: weights.span, shape: shape, scheme: scheme)
  }

  @Test func eachChannelOfTheFirstAxisHasAScale() throws {
    let parameters = try parameters(.weights(axis: 0))
    #expect(parameters.scales.map(\.bitPattern) == [0x3c93_7005, 0x3c9c_a705])
    #expect(parameters.zeroPoints == [0, 0])
    #expect(
      weights[..<12].map { parameters.quantize($0, channel: 0) }
        == [-87, -24, 40, 103, -64, 0, 64, 127, -40, 24, 87, -79])
    #expect(
      weights[12...].map { parameters.quantize($0, channel: 1) }
        == [-15, 45, 105, -52, 7, 67, 127, -30, 30, 90, -67, -7])
  }

  @Test func channelsMayLieInTheMiddleOrAtTheEnd() throws {
    #expect(
      try parameters(.weights(axis: 1)).scales.map(\.bitPattern) == [0x3c81_0204, 0x3c9c_a705, 0x3c5d_2807])
    #expect(
      try parameters(.weights(axis: 2)).scales.map(\.bitPattern)
        == [0x3c4a_ba06, 0x3c5d_2807, 0x3c9c_a705, 0x3c93_7005])
  }

  @Test func asymmetricWeightsUseTheWholeRange() throws {
    let parameters = try parameters(.activations)
    #expect(parameters.scales.map(\.bitPattern) == [0x3c80_8081] && parameters.zeroPoints == [100])
    #expect(
      weights.map { parameters.quantize($0) } == [
        0, 73, 146, 218, 27, 100, 173, 246, 54, 127, 200, 9, 82, 155, 227, 36, 109, 182, 255, 64, 136, 209, 18, 91,
      ])
  }

  @Test func channelOfZerosHasScaleOne() throws {
    let parameters = try QuantizationParameters(
      weights: [0, 0, 127, -1].span, shape: [2, 2], scheme: .weights(axis: 0))
    #expect(parameters.scales == [1, 1])
  }

  @Test func emptyWeightsHaveScaleOne() throws {
    let none: [Float] = []
    let parameters = try QuantizationParameters(weights: none.span, shape: [3, 0], scheme: .weights(axis: 0))
    #expect(parameters.scales == [1, 1, 1])
    #expect(try QuantizationParameters(weights: none.span, shape: [0, 3], scheme: .weights(axis: 0)).scales == [])
  }

  @Test(arguments: [[33, 40], [40, 33], [5, 3, 3, 7]], [0, 1]) func scalesAreThoseOfTheLargestMagnitude(
    dimensions: [Int], axis: Int
  ) throws {
    let shape = Shape(dimensions)
    let inner = shape.count(of: axis + 1..<shape.rank)
    let weights = (0..<shape.count).map { Float(($0 * 7919) % 2003 - 1200) / 512 }
    var magnitudes = [Float](repeating: 0, count: shape[axis])
    for (index, weight) in weights.enumerated() {
      let channel = index / inner % shape[axis]
      magnitudes[channel] = max(magnitudes[channel], abs(weight))
    }
    let parameters = try QuantizationParameters(weights: weights.span, shape: shape, scheme: .weights(axis: axis))
    #expect(parameters.scales == magnitudes.map { Float(2 * Double($0) / 254) })
  }

  @Test(arguments: [Float.nan, -.nan, .infinity, -.infinity], [0, 1]) func namesTheFirstNumberThatIsNotFinite(
    fault: Float, axis: Int
  ) {
    var weights = [Float](repeating: -1, count: 60)
    weights[37] = fault
    weights[51] = .infinity
    #expect(throws: QuantizationError.notFinite(value: "\(fault)", index: 37)) {
      try QuantizationParameters(weights: weights.span, shape: [6, 10], scheme: .weights(axis: axis))
    }
  }

  @Test func negativeZerosAreZeros() throws {
    let zeros = [Float](repeating: -0.0, count: 6)
    let parameters = try QuantizationParameters(weights: zeros.span, shape: [6], scheme: .weightsPerTensor)
    #expect(parameters.scales == [1] && parameters.zeroPoints == [0])
  }

  @Test func refusesNumbersThatAreNotFinite() {
    let weights: [Float] = [1, 2, .infinity, 3]
    #expect(throws: QuantizationError.notFinite(value: "inf", index: 2)) {
      try QuantizationParameters(weights: weights.span, shape: [4], scheme: .weightsPerTensor)
    }
  }

  @Test func refusesAnAxisThatTheShapeLacks() {
    #expect(throws: QuantizationError.axis(3, rank: 3)) { try parameters(.weights(axis: 3)) }
  }
}
