import Kernels
import Tensors
import Testing

@Suite struct ConversionTests {
  /// The value of a binary16 pattern, straight from IEEE 754: sign · 2^(e − 15) · 1.f, or sign · 2^−14 · 0.f.
  private func value(ofHalf bits: UInt16) -> Double {
    let sign: Double = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Double(bits & 0x3FF) / 1024
    switch exponent {
    case 0: return sign * fraction * 0x1p-14
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * (1 + fraction) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }

  /// Rounds to binary16 by looking for the nearest of all finite values, even fraction first among equals.
  private func nearestHalf(_ number: Float) -> UInt16 {
    let sign: UInt16 = number.sign == .minus ? 0x8000 : 0
    let magnitude = Double(abs(number))
    if magnitude >= 65520 { return sign | 0x7C00 }
    var (low, high): (UInt16, UInt16) = (0, 0x7C00)
    while high - low > 1 {
      let middle = (low + high) / 2
      if value(ofHalf: middle) <= magnitude { low = middle } else { high = middle }
    }
    guard high < 0x7C00 else { return sign | low }
    let (below, above) = (magnitude - value(ofHalf: low), value(ofHalf: high) - magnitude)
    return sign | (below < above || (below == above && low % 2 == 0) ? low : high)
  }

  @Test func everyHalfWidensToItsValue() {
    let halves = (0...UInt16.max).map { Half(bits: $0) }
    for compute in Compute.all {
      let floats = [Float](count: halves.count, filler: 0) { compute.convert(halves.span, into: &$0) }
      for (half, float) in zip(halves, floats) {
        let expected = value(ofHalf: half.bits)
        #expect(expected.isNaN ? float.isNaN : Double(float) == expected, "\(half.bits)")
        #expect(float.isNaN || float.sign == (half.bits & 0x8000 == 0 ? .plus : .minus))
      }
    }
  }

  @Test func everyHalfSurvivesTheRoundTripAndNaNBecomesQuiet() {
    let halves = (0...UInt16.max).map { Half(bits: $0) }
    for compute in Compute.all {
      let floats = [Float](count: halves.count, filler: 0) { compute.convert(halves.span, into: &$0) }
      let back = [Half](count: halves.count, filler: Half(bits: 0)) { compute.convert(floats.span, into: &$0) }
      for (half, again) in zip(halves, back) {
        let isNaN = half.bits & 0x7FFF > 0x7C00
        #expect(again.bits == (isNaN ? half.bits | 0x200 : half.bits))
      }
    }
  }

  /// All midpoints between neighbouring halves, and the floats on either side of each.
  @Test func floatsRoundToTheNearestHalfAndTiesToEven() {
    var floats: [Float] = awkwardNumbers.filter { !$0.isNaN }
    for bits in stride(from: UInt16(0), to: 0x7C00, by: 3) {
      let upper = bits == 0x7BFF ? 65536 : value(ofHalf: bits + 1)
      let midpoint = Float((value(ofHalf: bits) + upper) / 2)
      floats += [midpoint.nextDown, midpoint, midpoint.nextUp, -midpoint]
    }
    let expected = floats.map(nearestHalf)
    for compute in Compute.all {
      let halves = [Half](count: floats.count, filler: Half(bits: 0)) { compute.convert(floats.span, into: &$0) }
      #expect(halves.map(\.bits) == expected)
    }
  }

  @Test func roundingToHalfGivesTheNearestHalfAsAFloat() {
    let floats = awkwardNumbers
    let expected = floats.map { $0.isNaN ? Float.nan : Float(value(ofHalf: nearestHalf($0))) }
    for compute in Compute.all {
      let rounded = [Float](count: floats.count, filler: 1) { compute.round(floats.span, to: Half.self, into: &$0) }
      #expect(rounded.bits == expected.bits)
    }
  }

  @Test(arguments: vectorLengths + [200_001]) func roundingIsNarrowingAndWideningToTheBit(length: Int) {
    let floats = (0..<length).map { awkwardNumbers[$0 % awkwardNumbers.count] }
    let halves = [Half](count: length, filler: Half(bits: 1)) { Compute.reference.convert(floats.span, into: &$0) }
    let briefs = [BFloat16](count: length, filler: BFloat16(bits: 1)) {
      Compute.reference.convert(floats.span, into: &$0)
    }
    let ofHalves = [Float](count: length, filler: 1) { Compute.reference.convert(halves.span, into: &$0) }
    let ofBriefs = [Float](count: length, filler: 1) { Compute.reference.convert(briefs.span, into: &$0) }
    for compute in Compute.all {
      let toHalf = [Float](count: length, filler: 1) { compute.round(floats.span, to: Half.self, into: &$0) }
      #expect(toHalf.map(\.bitPattern) == ofHalves.map(\.bitPattern))
      let toBrief = [Float](count: length, filler: 1) { compute.round(floats.span, to: BFloat16.self, into: &$0) }
      #expect(toBrief.map(\.bitPattern) == ofBriefs.map(\.bitPattern))
    }
  }

  @Test func floatsRoundToTheNearestBFloat16AndTiesToEven() {
    let floats: [UInt32] = [
      0x3F80_8000, 0x3F81_8000, 0x3F80_7FFF, 0x3F80_8001, 0xBF81_8000, 0x0000_8001, 0x7F7F_7FFF, 0x7F7F_8000,
      0x7F80_0000, 0x7F80_0001, 0xFFC1_2345, 0x8000_0001,
    ]
    let expected: [UInt16] = [
      0x3F80, 0x3F82, 0x3F80, 0x3F81, 0xBF82, 0x0001, 0x7F7F, 0x7F80, 0x7F80, 0x7FC0, 0xFFC1, 0x8000,
    ]
    let input = floats.map { Float(bitPattern: $0) }
    for compute in Compute.all {
      let output = [BFloat16](count: input.count, filler: BFloat16(bits: 0)) { compute.convert(input.span, into: &$0) }
      #expect(output.map(\.bits) == expected)
    }
  }

  @Test func everyBFloat16WidensToItsBitsAndNaNBecomesQuiet() {
    let halves = (0...UInt16.max).map { BFloat16(bits: $0) }
    for compute in Compute.all {
      let floats = [Float](count: halves.count, filler: 0) { compute.convert(halves.span, into: &$0) }
      for (half, float) in zip(halves, floats) {
        let isNaN = half.bits & 0x7FFF > 0x7F80
        #expect(float.bitPattern == UInt32(isNaN ? half.bits | 0x40 : half.bits) << 16)
      }
    }
  }

  @Test func lossCountsWhatOverflowsAndWhatBecomesZero() {
    let floats: [Float] = [65520, -1e6, 65519.99, .infinity, .nan, 0x1p-25, -1e-30, 0x1.000002p-25, 0, -0.0, 1]
    for compute in Compute.all {
      var halves = [Half](repeating: Half(bits: 0), count: floats.count)
      var span = halves.mutableSpan
      #expect(compute.convert(floats.span, into: &span) == NarrowingLoss(overflowed: 2, underflowed: 2))
      let tiny: [Float] = [.greatestFiniteMagnitude, 0x1p-149, -0x1p-149, 0x1p-130, -.infinity, .nan]
      var bfloats = [BFloat16](repeating: BFloat16(bits: 0), count: tiny.count)
      var bspan = bfloats.mutableSpan
      #expect(compute.convert(tiny.span, into: &bspan) == NarrowingLoss(overflowed: 1, underflowed: 2))
    }
  }

  @Test(arguments: vectorLengths) func tiersAgreeAtEveryLengthAndOffset(length: Int) {
    for compute in Compute.fast {
      for offset in [0, 1, 5] {
        let floats = Array(awkwardNumbers.dropFirst(offset).prefix(length))
        let expected = [Half](count: length, filler: Half(bits: 1)) {
          Compute.reference.convert(floats.span, into: &$0)
        }
        let halves = [Half](count: length, filler: Half(bits: 1)) { compute.convert(floats.span, into: &$0) }
        #expect(halves == expected)
        let wide = [Float](count: length, filler: 1) { Compute.reference.convert(halves.span, into: &$0) }
        #expect([Float](count: length, filler: 1) { compute.convert(halves.span, into: &$0) }.bits == wide.bits)
        let brief = [BFloat16](count: length, filler: BFloat16(bits: 1)) {
          Compute.reference.convert(floats.span, into: &$0)
        }
        #expect(
          [BFloat16](count: length, filler: BFloat16(bits: 1)) { compute.convert(floats.span, into: &$0) } == brief)
      }
    }
  }

  @Test func bytesMayLieAtAnyAddress() {
    let floats: [Float] = (0..<40).map { Float($0) - 20.5 }
    for padding in 1...3 {
      let raw = [UInt8](repeating: 0xAA, count: padding) + floats.flatMap { withUnsafeBytes(of: $0, Array.init) }
      let bytes = Bytes(copying: raw)
      for compute in Compute.all {
        let halves = [Half](count: 40, filler: Half(bits: 0)) {
          compute.convert(bytes: bytes.slice(padding..<raw.count).span, of: Float.self, into: &$0)
        }
        #expect([Float](count: 40, filler: 0) { compute.convert(halves.span, into: &$0) } == floats)
      }
    }
  }

  @Test func longArraysAreConvertedWhole() {
    let floats = (0..<200_001).map { Float($0 % 2048) }
    for compute in Compute.all {
      let halves = [Half](count: floats.count, filler: Half(bits: 0)) { compute.convert(floats.span, into: &$0) }
      #expect([Float](count: floats.count, filler: 0) { compute.convert(halves.span, into: &$0) } == floats)
    }
  }

  private func checkTruncation<Element: TensorElement & FixedWidthInteger>(_: Element.Type, of numbers: [Float]) {
    let expected = numbers.map { number -> Element in
      // Exact in float64, as are the bounds.
      let whole = Double(number).rounded(.towardZero)
      if Element.bitWidth == 64 {
        return Element(truncatingIfNeeded: whole >= -0x1p63 && whole < 0x1p63 ? Int64(whole) : .min)
      }
      return Element(truncatingIfNeeded: whole >= -0x1p31 && whole < 0x1p31 ? Int32(whole) : .min)
    }
    for compute in Compute.all {
      let integers = [Element](count: numbers.count, filler: 99) { compute.truncate(numbers.span, into: &$0) }
      #expect(integers == expected, "\(Element.self)")
    }
  }

  @Test func numbersAreCutOffToIntegersOfEveryWidth() {
    let bounds: [Float] = [
      0x1p31, -0x1p31, 0x1.fffffep30, -0x1.000002p31, 0x1p63, -0x1p63, 0x1.fffffep62, 255.9, 256, -128.5, 300.7, -1.9,
    ]
    var random = TestNumbers(seed: 12)
    for count in vectorLengths {
      let numbers = Array((awkwardNumbers + bounds + random.floats(1000, in: -1e5...1e5)).suffix(count))
      checkTruncation(Int8.self, of: numbers)
      checkTruncation(UInt8.self, of: numbers)
      checkTruncation(Int16.self, of: numbers)
      checkTruncation(UInt16.self, of: numbers)
      checkTruncation(Int32.self, of: numbers)
      checkTruncation(Int64.self, of: numbers)
    }
    checkTruncation(Int32.self, of: awkwardNumbers + bounds)
    checkTruncation(UInt8.self, of: awkwardNumbers + bounds)
    checkTruncation(Int64.self, of: awkwardNumbers + bounds)
  }
}
