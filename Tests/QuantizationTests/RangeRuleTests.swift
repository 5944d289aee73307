import Quantization
import Testing

/// Expected values: `onnxruntime.quantization.quant_utils.compute_scale_zp` of ONNX Runtime 1.32.0 on float32 ranges.
@Suite struct RangeRuleTests {
  static let uint8 = QuantizationScheme(storage: .uint8, mapping: .asymmetric)
  static let int8 = QuantizationScheme(storage: .int8, mapping: .asymmetric)
  static let symmetricUInt8 = QuantizationScheme(storage: .uint8, mapping: .symmetric)
  static let narrow = QuantizationScheme.weightsPerTensor
  static let reduced = QuantizationScheme(storage: .int8, mapping: .symmetric, levels: .reduced)
  static let reducedUInt8 = QuantizationScheme(storage: .uint8, mapping: .asymmetric, levels: .reduced)
  static let full = QuantizationScheme(storage: .int8, mapping: .symmetric)

  struct Expectation: Sendable {
    let range: ClosedRange<Float>
    let scheme: QuantizationScheme
    let scaleBits: UInt32
    let zeroPoint: Int32
  }

  static func rows(
    _ range: ClosedRange<Float>, _ scheme: QuantizationScheme, _ scaleBits: UInt32, _ zeroPoint: Int32
  ) -> Expectation {
    Expectation(range: range, scheme: scheme, scaleBits: scaleBits, zeroPoint: zeroPoint)
  }

  static let expectations: [Expectation] = [
    rows(-1...1, uint8, 0x3c00_8081, 128), rows(-1...1, int8, 0x3c00_8081, 0),
    rows(-1...1, symmetricUInt8, 0x3c00_8081, 128), rows(-1...1, narrow, 0x3c01_0204, 0),
    rows(-1...1, reduced, 0x3c80_0000, 0), rows(-1...1, reducedUInt8, 0x3c81_0204, 64),
    rows(-1...1, full, 0x3c00_8081, 0),
    rows(0.5...3.7, uint8, 0x3c6d_ba88, 0), rows(0.5...3.7, int8, 0x3c6d_ba88, -128),
    rows(0.5...3.7, symmetricUInt8, 0x3ced_ba88, 128), rows(0.5...3.7, narrow, 0x3cee_aa21, 0),
    rows(0.5...3.7, reduced, 0x3d6c_cccd, 0), rows(0.5...3.7, reducedUInt8, 0x3cee_aa21, 0),
    rows(-4.25...(-0.1), uint8, 0x3c88_8889, 255), rows(-4.25...(-0.1), int8, 0x3c88_8889, 127),
    rows(-4.25...(-0.1), narrow, 0x3d09_1224, 0), rows(-4.25...(-0.1), reducedUInt8, 0x3d09_1224, 127),
    rows(-0.3...6, uint8, 0x3cca_63fe, 12), rows(-0.3...6, int8, 0x3cca_63fe, -116),
    rows(-0.3...6, reducedUInt8, 0x3d4b_2ffa, 6), rows(-0.3...6, full, 0x3d40_c0c1, 0),
    rows(-0.0123...2.5, uint8, 0x3c21_6af1, 1), rows(-0.0123...2.5, int8, 0x3c21_6af1, -127),
    rows(-1e36...3e36, uint8, 0x7841_5928, 64), rows(-1e36...3e36, narrow, 0x7891_9505, 0),
    rows(-3.4e38...3.4e38, uint8, 0x7c00_6534, 127), rows(-3.4e38...3.4e38, int8, 0x7c00_6534, -1),
    rows(-3.4e38...3.4e38, reduced, 0x7c7f_c99e, 0),
    rows(0...0, uint8, 0x3f80_0000, 0), rows(0...0, int8, 0x3f80_0000, 0), rows(0...0, narrow, 0x3f80_0000, 0),
    rows(0...0, symmetricUInt8, 0x3f80_0000, 0), rows(-1e-38...1e-38, uint8, 0x3f80_0000, 0),
    rows(0...1e-36, narrow, 0x3f80_0000, 0), rows(0...1e-36, reduced, 0x00aa_2425, 0),
  ]

  @Test(arguments: expectations) func agreesWithONNXRuntime(_ expected: Expectation) {
    let parameters = QuantizationParameters(range: expected.range, scheme: expected.scheme)
    #expect(parameters.scales.map(\.bitPattern) == [expected.scaleBits])
    #expect(parameters.zeroPoints == [expected.zeroPoint])
  }

  @Test func compressedTensorsScaleIsTheLargestMagnitudeOver127AndAHalf() {
    let scheme = QuantizationScheme.compressedTensorsWeights(axis: 0)
    let parameters = QuantizationParameters(ranges: [-0.5...3.7, -2...1], scheme: scheme)
    #expect(parameters.scales == [3.7 / 127.5, 2 / 127.5])
    #expect(parameters.zeroPoints == [0, 0])
    #expect(scheme.quantizedRange == -128...127)
    let unit = QuantizationParameters(ranges: [-127.5...1], scheme: scheme)
    #expect(unit.scales == [1] && unit.quantize(-127.5) == -128 && unit.quantize(127.5) == 127)
  }

  @Test func levelsSayWhichIntegersAreUsed() {
    #expect(Self.uint8.quantizedRange == 0...255)
    #expect(Self.int8.quantizedRange == -128...127)
    #expect(Self.narrow.quantizedRange == -127...127)
    #expect(Self.reduced.quantizedRange == -64...64)
    #expect(Self.reducedUInt8.quantizedRange == 0...127)
  }

  @Test func unitIntervalHasA256thAsScaleAndTheLowestIntegerAsZero() {
    let unsigned = QuantizationParameters(unitInterval: Self.uint8)
    #expect(unsigned.scales == [0.00390625] && unsigned.zeroPoints == [0])
    let signed = QuantizationParameters(unitInterval: Self.int8)
    #expect(signed.scales == [0.00390625] && signed.zeroPoints == [-128])
    #expect(unsigned.quantize(1) == 255)
    let symmetric = QuantizationParameters(unitInterval: Self.narrow)
    #expect(symmetric.scales == [1 / 127] && symmetric.zeroPoints == [0])
  }

  @Test func scalesRoundedForAFileStayPositive() {
    let parameters = QuantizationParameters(ranges: [-127...127, 0...1e-3], scheme: .weights(axis: 0))
    let rounded = parameters.roundingScales { $0 < 0.5 ? 0 : $0 + 1 }
    #expect(rounded.scales == [2, parameters.scales[1]])
  }
}
