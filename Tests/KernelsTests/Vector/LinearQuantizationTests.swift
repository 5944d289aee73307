import Kernels
import Tensors
import Testing

@Suite struct LinearQuantizationTests {
  /// ONNX QuantizeLinear, spelled out.
  private func quantized<Element: QuantizedElement>(_ x: Float, _ scale: Float, _ zeroPoint: Int32) -> Element {
    let rounded = (x / scale).rounded(.toNearestOrEven)
    if rounded.isNaN { return .min }
    let shifted = Double(rounded) + Double(zeroPoint)
    return Element(min(max(shifted, Double(Element.min)), Double(Element.max)))
  }

  private func checkAgainstFormula<Element: QuantizedElement>(_: Element.Type, zeroPoint: Int32) {
    for scale: Float in [0.25, 0.1, 3, 1e-3] {
      let ties = (-600...600).map { (Float($0) + 0.5) * scale }
      let input = awkwardNumbers + ties
      let expected: [Element] = input.map { quantized($0, scale, zeroPoint) }
      for compute in Compute.all {
        let output = [Element](count: input.count, filler: 1) {
          compute.quantize(input.span, LinearScale(scale, zeroPoint: zeroPoint), into: &$0)
        }
        #expect(output == expected, "\(Element.self) \(scale) \(compute.tier)")
      }
    }
  }

  @Test func quantizingFollowsTheFormulaOfONNX() {
    checkAgainstFormula(UInt8.self, zeroPoint: 128)
    checkAgainstFormula(UInt8.self, zeroPoint: 3)
    checkAgainstFormula(Int8.self, zeroPoint: 0)
    checkAgainstFormula(Int8.self, zeroPoint: -7)
    checkAgainstFormula(UInt16.self, zeroPoint: 32768)
    checkAgainstFormula(Int16.self, zeroPoint: 0)
  }

  @Test func tiesRoundToEvenBeforeTheZeroPointIsAdded() {
    let input: [Float] = [0.5, 1.5, 2.5, -0.5, -1.5, -0.0, 300, -300, .infinity, -.infinity, .nan]
    for compute in Compute.all {
      let output = [UInt8](count: input.count, filler: 9) {
        compute.quantize(input.span, LinearScale(1, zeroPoint: 1), into: &$0)
      }
      #expect(output == [1, 3, 3, 1, 0, 1, 255, 0, 255, 0, 0])
    }
  }

  @Test func theDivisionIsNotAMultiplicationByTheReciprocal() {
    let scale: Float = 0.7
    let differing = (1...2000).map { Float($0) * 0.35 }.filter {
      ($0 / scale).rounded(.toNearestOrEven) != ($0 * (1 / scale)).rounded(.toNearestOrEven)
    }
    #expect(!differing.isEmpty)
    let expected: [Int16] = differing.map { quantized($0, scale, 0) }
    for compute in Compute.all {
      #expect(
        [Int16](count: differing.count, filler: 0) {
          compute.quantize(differing.span, LinearScale(scale), into: &$0)
        } == expected)
    }
  }

  /// Scales of every kind: random ones, with few bits, with a fraction next to one with few bits, and very small or large.
  private func scalesOfEveryKind() -> [Float] {
    var numbers = TestNumbers(seed: 31)
    let random = (0..<10).map { _ in
      numbers.float(in: 0.5...1) * Float(sign: .plus, exponent: Int(numbers.next() % 80) - 40, significand: 1)
    }
    let few = (0..<4).map { _ in
      Float(bitPattern: 0x3F80_0000 | UInt32(truncatingIfNeeded: numbers.next()) & 0x7F_8000)
    }
    let near = few.flatMap { scale in
      [-9, -8, -7, -1, 1, 7, 8].map { Float(bitPattern: UInt32(Int(scale.bitPattern) + $0)) }
    }
    return random + few + near + [0x1p-60, 0x1p-61, 0x1.8p-130, 0x1p60, 0x1p61, 0x1.fffffep127, -0.1]
  }

  /// Numbers around which a quotient begins to round to the next whole number.
  private func numbersAroundTies(_ scale: Float) -> [Float] {
    (-300...300).flatMap { whole -> [Float] in
      let tie = (Float(whole) + 0.5) * scale
      return [tie.nextDown, tie, tie.nextUp]
    }
  }

  @Test func everyQuotientRoundsAsTheTrueOneDoes() {
    for scale in scalesOfEveryKind() {
      let input = numbersAroundTies(scale)
      let unsigned: [UInt8] = input.map { quantized($0, scale, 131) }
      let signed: [Int8] = input.map { quantized($0, scale, -3) }
      for compute in Compute.all {
        let output = [UInt8](count: input.count, filler: 1) {
          compute.quantize(input.span, LinearScale(scale, zeroPoint: 131), into: &$0)
        }
        let signedOutput = [Int8](count: input.count, filler: 1) {
          compute.quantize(input.span, LinearScale(scale, zeroPoint: -3), into: &$0)
        }
        #expect(output == unsigned, "\(scale) \(compute.tier)")
        #expect(signedOutput == signed, "\(scale) \(compute.tier)")
      }
    }
  }

  @Test(arguments: [(1, 5, 7), (2, 3, 1), (3, 40, 1), (2, 17, 33), (1, 1, 50), (4, 1, 9), (2, 40_000, 1), (3, 7, 9000)])
  func eachChannelHasItsScale(outer: Int, channels: Int, inner: Int) {
    var numbers = TestNumbers(seed: 3)
    let input = numbers.floats(outer * channels * inner)
    let scales = (0..<channels).map { 0.01 + 0.003 * Float($0 % 50) }
    let zeroPoints = (0..<channels).map { Int32($0 % 11) - 5 }
    let parameters = LinearScale(scales: scales, zeroPoints: zeroPoints, inner: inner)
    let channel = input.indices.map { $0 / inner % channels }
    let expected: [Int8] = input.indices.map { quantized(input[$0], scales[channel[$0]], zeroPoints[channel[$0]]) }
    let real = expected.indices.map { Float(Int32(expected[$0]) - zeroPoints[channel[$0]]) * scales[channel[$0]] }
    for compute in Compute.all {
      let output = [Int8](count: input.count, filler: 0) { compute.quantize(input.span, parameters, into: &$0) }
      #expect(output == expected)
      #expect([Float](count: input.count, filler: 0) { compute.dequantize(output.span, parameters, into: &$0) } == real)
    }
  }

  @Test func dequantizingSubtractsTheZeroPointAndScales() {
    for compute in Compute.all {
      let scale = LinearScale(0.5, zeroPoint: 10)
      #expect(
        [Float](count: 3, filler: 0) { compute.dequantize(([0, 10, 255] as [UInt8]).span, scale, into: &$0) }
          == [-5, 0, 122.5])
      #expect(
        [Float](count: 3, filler: 0) { compute.dequantize(([-128, 10, 127] as [Int8]).span, scale, into: &$0) }
          == [-69, 0, 58.5])
      #expect(
        [Float](count: 2, filler: 0) { compute.dequantize(([0, 65535] as [UInt16]).span, scale, into: &$0) }
          == [-5, 32762.5])
      #expect(
        [Float](count: 2, filler: 0) { compute.dequantize(([-32768, 11] as [Int16]).span, scale, into: &$0) }
          == [-16389, 0.5])
      let wide: [Int32] = [.max, .min, 16_777_217, -3]
      #expect(
        [Float](count: 4, filler: 0) { compute.dequantize(wide.span, LinearScale(2), into: &$0) }
          == [0x1p32, -0x1p32, 33_554_432, -6])
    }
  }

  @Test(arguments: vectorLengths) func tiersAgreeAtEveryLength(length: Int) {
    let input = Array(awkwardNumbers.dropFirst(2).prefix(length))
    let scale = LinearScale(0.037, zeroPoint: 99)
    let expected = [UInt8](count: length, filler: 1) { Compute.reference.quantize(input.span, scale, into: &$0) }
    let wide = [Int16](count: length, filler: 1) { Compute.reference.quantize(input.span, scale, into: &$0) }
    for compute in Compute.fast {
      #expect([UInt8](count: length, filler: 1) { compute.quantize(input.span, scale, into: &$0) } == expected)
      #expect([Int16](count: length, filler: 1) { compute.quantize(input.span, scale, into: &$0) } == wide)
    }
  }
}
