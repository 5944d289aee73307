import Tensors
import Testing

@testable import Operators

@Suite struct CastTests {
  private func cast<Result: TensorElement>(_ input: Tensor, to: Result.Type) throws -> [Result] {
    let number = Int64(Result.dataType.rawValue)
    return try run(Cast.self, [input], attributes: ["to": .int(number)])[0].array(of: Result.self)
  }

  @Test func realNumbersAreCutOffTowardZero() throws {
    let input = Tensor([4], [1.9, -1.9, 0.5, -0.5] as [Float])
    #expect(try cast(input, to: Int32.self) == [1, -1, 0, 0])
    #expect(try cast(input, to: Int64.self) == [1, -1, 0, 0])
    #expect(try cast(input, to: UInt8.self) == [1, 255, 0, 0])
    #expect(try cast(input, to: Boolean.self) == [true, true, true, true])
  }

  // Expected values: ONNX Runtime 1.23 on x86-64.
  @Test func numbersThatDoNotFitNeverTrap() throws {
    let input = Tensor([6], [300, 3e9, -1e20, .nan, .infinity, -.infinity] as [Float])
    #expect(try cast(input, to: Int8.self) == [44, 0, 0, 0, 0, 0])
    #expect(try cast(input, to: UInt16.self) == [300, 0, 0, 0, 0, 0])
    #expect(try cast(input, to: Int32.self) == [300, .min, .min, .min, .min, .min])
    #expect(try cast(input, to: Int64.self) == [300, 3_000_000_000, .min, .min, .min, .min])
    #expect(try cast(input, to: UInt64.self) == [300, 3_000_000_000, 1 << 63, 1 << 63, 0, 1 << 63])
    #expect(try cast(Tensor([1], [18e18 as Double]), to: UInt64.self) == [18_000_000_000_000_000_000])
  }

  @Test func integersWrapAround() throws {
    let input = Tensor([3], [-1, 300, 1 << 40] as [Int64])
    #expect(try cast(input, to: UInt8.self) == [255, 44, 0])
    #expect(try cast(input, to: Int16.self) == [-1, 300, 0])
    #expect(try cast(input, to: UInt64.self) == [.max, 300, 1 << 40])
    #expect(try cast(Tensor([1], [UInt64.max]), to: Double.self) == [18_446_744_073_709_551_615])
  }

  @Test func halvesRoundToTheNearestEvenNumber() throws {
    // 1 + 2^−11 lies halfway between two float16 numbers, and 65520 halfway to what would be 2^16.
    let input = Tensor([5], [1 + 0x1p-11, 1 + 0x3p-11, 65519, 65520, 0x1p-25] as [Float])
    #expect(try cast(input, to: Half.self).map(\.bits) == [0x3C00, 0x3C02, 0x7BFF, 0x7C00, 0])
    #expect(
      try cast(Tensor([2], [1 + 0x1p-8, 1 + 0x3p-8] as [Float]), to: BFloat16.self).map(\.bits) == [0x3F80, 0x3F82])
    let half = Tensor([3], [0x3C00, 0x0001, 0xFC00].map { Half(bits: $0) })
    #expect(try cast(half, to: Float.self) == [1, 0x1p-24, -.infinity])
    #expect(try cast(half, to: Int32.self) == [1, 0, .min])
    #expect(try cast(Tensor([1], [2049 as Int32]), to: Half.self).map(\.bits) == [0x6800])
  }

  @Test func truthValuesAreZeroAndOne() throws {
    let truth = Tensor([2], [true, false] as [Boolean])
    #expect(try cast(truth, to: Float.self) == [1, 0])
    #expect(try cast(Tensor([3], [0, -0.0, .nan] as [Float]), to: Boolean.self) == [false, false, true])
  }

  @Test func castLikeTakesTheTypeOfItsSecondInput() throws {
    let result = try run(CastLike.self, [Tensor([1], [2.5 as Float]), Tensor([0], [] as [Int8])])[0]
    #expect(result.array(of: Int8.self) == [2])
  }

  @Test func bitsAreReadAsAnotherType() throws {
    let input = Tensor([1], [1 as Float])
    #expect(
      try run(BitCast.self, [input], attributes: ["to": .int(12)], version: 26)[0].array(of: UInt32.self)
        == [0x3F80_0000])
    #expect(
      message { _ = try run(BitCast.self, [input], attributes: ["to": .int(7)], version: 26) }
        == "attribute \"to\" is int64, whose width is not that of float32")
  }

  @Test func fourBitsAreWidened() throws {
    // Two elements to a byte, the first one in the low half.
    let bytes = Bytes(copying: [0x8F, 0x07])
    let signed = try #require(Tensor([3], type: .int4, bytes: bytes))
    let unsigned = try #require(Tensor([3], type: .uint4, bytes: bytes))
    #expect(try cast(signed, to: Float.self) == [-1, -8, 7])
    #expect(try cast(unsigned, to: UInt8.self) == [15, 8, 7])
  }

  @Test func unsupportedTypesAreRefused() {
    let input = Tensor([1], [1 as Float])
    #expect(
      message { _ = try run(Cast.self, [input], attributes: ["to": .int(8)]) }
        == "a cast from float32 to string is not supported")
    #expect(
      message { _ = try run(Cast.self, [input], attributes: ["to": .int(99)]) }
        == "attribute \"to\" is 99, which is no tensor data type")
    #expect(message { _ = try run(Cast.self, [input]) } == "attribute \"to\" is missing")
  }

  @Test func theTypeOfTheResultIsKnownBeforeTheRun() throws {
    let node = try makeOperator(Cast.self, inputCount: 1, attributes: ["to": .int(10)])
    #expect(node.outputTypes([nil]) == [.float16])
  }
}
