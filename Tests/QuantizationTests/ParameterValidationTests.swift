import Quantization
import Testing

@Suite struct ParameterValidationTests {
  @Test func acceptsOneScalePerChannel() throws {
    let parameters = try QuantizationParameters(scheme: .weights(axis: 1), scales: [1, 0.5], zeroPoints: [0, 0])
    #expect(parameters.scales == [1, 0.5])
  }

  @Test func refusesScalesThatAreNotPositiveAndFinite() {
    for scale: Float in [0, -1, .nan, .infinity] {
      #expect(throws: QuantizationError.scale("\(scale)", channel: 1)) {
        try QuantizationParameters(scheme: .weights(axis: 0), scales: [1, scale], zeroPoints: [0, 0])
      }
    }
  }

  @Test func refusesZeroPointsOutsideTheStorageType() {
    #expect(throws: QuantizationError.zeroPoint(-1, channel: 0, allowed: 0...255)) {
      try QuantizationParameters(scheme: .activations, scales: [1], zeroPoints: [-1])
    }
  }

  @Test func refusesCountsThatDoNotFit() {
    #expect(throws: QuantizationError.count(scales: 2, zeroPoints: 2)) {
      try QuantizationParameters(scheme: .activations, scales: [1, 1], zeroPoints: [0, 0])
    }
    #expect(throws: QuantizationError.count(scales: 2, zeroPoints: 1)) {
      try QuantizationParameters(scheme: .weights(axis: 0), scales: [1, 1], zeroPoints: [0])
    }
  }

  @Test func messagesNameWhatWasThere() {
    #expect(
      QuantizationError.scale("-1.0", channel: 3).description == "scale 3 is -1.0, not a positive finite number")
    #expect(
      QuantizationError.zeroPoint(300, channel: 0, allowed: 0...255).description
        == "zero point 0 is 300, outside 0…255")
    #expect(
      QuantizationError.count(scales: 2, zeroPoints: 1).description
        == "2 scales and 1 zero points do not make a set of quantization parameters")
    #expect(
      QuantizationError.notFinite(value: "nan", index: 7).description
        == "element 7 is nan, which no integer stands for")
    #expect(QuantizationError.axis(2, rank: 1).description == "axis 2 lies outside a tensor of rank 1")
  }
}
