import Quantization
import Testing

/// Expected integers: QuantizeLinear (opset 13) run by ONNX Runtime 1.32.0.
@Suite struct RoundingTests {
  let values: [Float] = [
    0, 0.05, 0.15, 0.25, 0.35, -0.05, -0.15, -0.25, 12.75, 25.4, 25.6, -25.4, 1e30, -1e30, .infinity, -.infinity, 0.1,
    0.2, 0.3, 1.45, 2.45,
  ]
  let halves: [Float] = [0.5, 1.5, 2.5, 3.5, -0.5, -1.5, -2.5, 127.5, 126.5, -128.5]

  func parameters(
    _ storage: QuantizationScheme.Storage, scale: Float, zeroPoint: Int32
  ) throws -> QuantizationParameters {
    let scheme = QuantizationScheme(storage: storage, mapping: .asymmetric)
    return try QuantizationParameters(scheme: scheme, scales: [scale], zeroPoints: [zeroPoint])
  }

  @Test func quantizesToUInt8LikeONNXRuntime() throws {
    #expect(
      try values.map { try parameters(.uint8, scale: 0.1, zeroPoint: 0).quantize($0) }
        == [0, 0, 2, 2, 4, 0, 0, 0, 128, 254, 255, 0, 255, 0, 255, 0, 1, 2, 3, 14, 24])
    #expect(
      try values.map { try parameters(.uint8, scale: 0.1, zeroPoint: 128).quantize($0) }
        == [
          128, 128, 130, 130, 132, 128, 126, 126, 255, 255, 255, 0, 255, 0, 255, 0, 129, 130, 131, 142, 152,
        ])
  }

  @Test func quantizesToInt8LikeONNXRuntime() throws {
    #expect(
      try values.map { try parameters(.int8, scale: 0.1, zeroPoint: -3).quantize($0) }
        == [-3, -3, -1, -1, 1, -3, -5, -5, 125, 127, 127, -128, 127, -128, 127, -128, -2, -1, 0, 11, 21])
  }

  @Test func tiesGoToTheEvenIntegerBeforeTheZeroPointIsAdded() throws {
    #expect(
      try halves.map { try parameters(.uint8, scale: 1, zeroPoint: 3).quantize($0) }
        == [3, 5, 5, 7, 3, 1, 1, 131, 129, 0])
    #expect(
      try halves.map { try parameters(.int8, scale: 1, zeroPoint: 3).quantize($0) }
        == [3, 5, 5, 7, 3, 1, 1, 127, 127, -125])
  }

  @Test func notANumberBecomesTheZeroPoint() throws {
    #expect(try parameters(.uint8, scale: 0.5, zeroPoint: 7).quantize(.nan) == 7)
  }

  @Test func narrowLevelsNeverReachTheLowestInteger() throws {
    let parameters = try QuantizationParameters(scheme: .weightsPerTensor, scales: [1], zeroPoints: [0])
    #expect(parameters.quantize(-1000) == -127)
  }

  @Test func dequantizesEachChannelWithItsOwnScale() throws {
    let scheme = QuantizationScheme(storage: .uint8, mapping: .asymmetric, granularity: .perChannel(axis: 0))
    let parameters = try QuantizationParameters(scheme: scheme, scales: [0.5, 0.25], zeroPoints: [128, 0])
    #expect(parameters.dequantize(130, channel: 0) == 1)
    #expect(parameters.dequantize(0, channel: 0) == -64)
    #expect(parameters.dequantize(255, channel: 1) == 63.75)
  }

  @Test func everyIntegerSurvivesTheRoundTrip() {
    let parameters = QuantizationParameters(range: -0.7...1.9, scheme: .activations)
    for integer: Int32 in 0...255 {
      #expect(parameters.quantize(parameters.dequantize(integer)) == integer)
    }
  }
}
