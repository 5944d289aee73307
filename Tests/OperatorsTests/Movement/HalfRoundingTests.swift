import Tensors
import Testing

@testable import Operators

@Suite struct HalfRoundingTests {
  private func round(_ input: Tensor, to type: DataType) throws -> [Float] {
    try run(HalfRounding.self, [input], attributes: ["to": .int(Int64(type.rawValue))])[0].array(of: Float.self)
  }

  @Test func numbersBecomeTheNearestOfTheType() throws {
    // 1 + 2^−11 lies halfway between two float16 numbers, and 65520 halfway to what would be 2^16.
    let input = Tensor([2, 3], [1 + 0x1p-11, 1 + 0x3p-11, 65519, -65520, 0x1p-25, 0x1.8p-25] as [Float])
    #expect(try round(input, to: .float16) == [1, 1 + 0x1p-9, 65504, -.infinity, 0, 0x1p-24])
    #expect(try round(Tensor([2], [1 + 0x1p-8, 65520] as [Float]), to: .bfloat16) == [1, 65536])
  }

  @Test func otherTypesAreRoundedAsCastRoundsThem() throws {
    #expect(try round(Tensor([2], [1 + 0x1p-11, 0.1] as [Double]), to: .float16) == [1, 0.0999755859375])
    #expect(try round(Tensor([2], [2049, -3] as [Int64]), to: .float16) == [2048, -3])
    #expect(try round(Tensor([1], [Boolean(true)]), to: .bfloat16) == [1])
    #expect(try round(Tensor([2], [255, 131] as [UInt8]), to: .bfloat16) == [255, 131])
    #expect(try round(Tensor([2], [-128, 127] as [Int8]), to: .float16) == [-128, 127])
  }

  @Test func otherTargetsAreRefused() {
    let input = Tensor([1], [1 as Float])
    #expect(
      message { _ = try run(HalfRounding.self, [input], attributes: ["to": .int(11)]) }
        == "attribute \"to\" is float64, expected float16 or bfloat16")
    #expect(message { _ = try run(HalfRounding.self, [input]) } == "attribute \"to\" is missing")
  }
}
