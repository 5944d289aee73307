import Quantization
import Testing

/// Expected scales: `QDQQuantizer._adjust_weight_scale_for_int32_bias` of ONNX Runtime 1.32.0; integers: NumPy.
@Suite struct BiasQuantizationTests {
  let inputScale: Float = 0.02
  let bias: [Float] = [1.5, 20, -0.75, -3]

  func weights() throws -> QuantizationParameters {
    try QuantizationParameters(
      scheme: .weights(axis: 0), scales: [0.01, 1e-9, 0.003, 1e-12], zeroPoints: [0, 0, 0, 0])
  }

  @Test func weightScalesGrowOnlyWhereTheBiasWouldOverflow() throws {
    let widened = try weights().widened(forBias: bias.span, inputScale: inputScale)
    #expect(widened.scales.map(\.bitPattern) == [1_008_981_770, 888_800_871, 994_352_038, 865_469_399])
  }

  @Test func biasScaleIsTheProductOfInputAndWeightScales() throws {
    let widened = try weights().widened(forBias: bias.span, inputScale: inputScale)
    let parameters = widened.biasParameters(inputScale: inputScale)
    #expect(parameters.scales.map(\.bitPattern) == [0x3951_b717, 0x3220_0419, 0x387b_a882, 0x30c0_04ea])
    #expect(
      bias.indices.map { parameters.quantizeBias(bias[$0], channel: $0) }
        == [7500, 2_147_268_834, -12500, -2_147_268_971])
    #expect(parameters.scheme.storage == .int32)
  }

  @Test func biasThatDoesNotFitSaturates() throws {
    let parameters = try weights().biasParameters(inputScale: inputScale)
    #expect(parameters.quantizeBias(20, channel: 1) == Int32.max)
    #expect(parameters.quantizeBias(-3, channel: 3) == Int32.min)
  }

  @Test func oneWeightScaleFollowsTheLargestBias() throws {
    let weight = try QuantizationParameters(scheme: .weightsPerTensor, scales: [1e-9], zeroPoints: [0])
    let widened = weight.widened(forBias: bias.span, inputScale: inputScale)
    #expect(widened.scales.map(\.bitPattern) == [0x34fa_0667])
  }

  @Test func weightsWithZeroPointsAreLeftAlone() throws {
    let weight = try QuantizationParameters(scheme: .activations, scales: [1e-9], zeroPoints: [128])
    #expect(weight.widened(forBias: bias.span, inputScale: inputScale) == weight)
  }

  @Test func scalesWhoseProductUnderflowsGiveAZeroBias() throws {
    let weight = try QuantizationParameters(scheme: .weightsPerTensor, scales: [1e-30], zeroPoints: [0])
    let parameters = weight.biasParameters(inputScale: 1e-30)
    #expect(parameters.scales == [1])
    #expect(parameters.quantizeBias(1e-35) == 0)
  }
}
