import ModelGraph
import Tensors
import Testing

@testable import Operators

@Suite struct ComparisonOperatorTests {
  private func compare(_ type: any Operator.Type, _ left: Tensor, _ right: Tensor) throws -> [Bool] {
    try run(type, [left, right])[0].array(of: Boolean.self).map(\.value)
  }

  @Test func numbersAreComparedAndBroadcast() throws {
    let left = floats([4], [1, 2, 3, .nan])
    let right = floats([1], [2])
    #expect(try compare(Less.self, left, right) == [true, false, false, false])
    #expect(try compare(LessOrEqual.self, left, right) == [true, true, false, false])
    #expect(try compare(Greater.self, left, right) == [false, false, true, false])
    #expect(try compare(GreaterOrEqual.self, left, right) == [false, true, true, false])
    #expect(try compare(Equal.self, left, right) == [false, true, false, false])
    #expect(try compare(Less.self, Tensor([2], [1, .max] as [UInt64]), Tensor([1], [2] as [UInt64])) == [true, false])
  }

  @Test func everyNonzeroByteIsTheSameTruth() throws {
    let odd = Tensor([2], [2, 0] as [UInt8]).reinterpreted(as: .bool)
    let plain = Tensor([2], [true, true] as [Boolean])
    #expect(try compare(Equal.self, odd, plain) == [true, false])
    #expect(try compare(Xor.self, odd, plain) == [false, true])
    #expect(try run(Not.self, [odd])[0].array(of: Boolean.self) == [false, true])
  }

  @Test func truthValuesAreCombined() throws {
    let left = Tensor([2, 1], [true, false] as [Boolean])
    let right = Tensor([2], [true, false] as [Boolean])
    #expect(try compare(And.self, left, right) == [true, false, false, false])
    #expect(try compare(Or.self, left, right) == [true, true, true, false])
    #expect(try compare(Xor.self, left, right) == [false, true, true, false])
    #expect(
      message { _ = try run(And.self, [left, floats([1], [1])]) } == "input 1 has type float32, expected bool")
  }

  @Test func bitsAreCombined() throws {
    let left = Tensor([2], [0b1100, 0b1111] as [UInt16])
    let right = Tensor([1], [0b1010] as [UInt16])
    #expect(try run(BitwiseAnd.self, [left, right])[0].array(of: UInt16.self) == [0b1000, 0b1010])
    #expect(try run(BitwiseOr.self, [left, right])[0].array(of: UInt16.self) == [0b1110, 0b1111])
    #expect(try run(BitwiseXor.self, [left, right])[0].array(of: UInt16.self) == [0b0110, 0b0101])
    #expect(try run(BitwiseNot.self, [Tensor([2], [0, -1] as [Int8])])[0].array(of: Int8.self) == [-1, 0])
    #expect(
      message { _ = try run(BitwiseNot.self, [floats([1], [1])]) } == "input 0 has type float32, expected an integer")
  }

  @Test func bitsShiftedOutAreLost() throws {
    let left = Tensor([3], [1, 255, 255] as [UInt8])
    let distances = Tensor([3], [9, 1, 8] as [UInt8])
    let toLeft: KeyValuePairs<String, Attribute> = ["direction": .string(Array("LEFT".utf8))]
    let toRight: KeyValuePairs<String, Attribute> = ["direction": .string(Array("RIGHT".utf8))]
    #expect(try run(BitShift.self, [left, distances], attributes: toLeft)[0].array(of: UInt8.self) == [0, 254, 0])
    #expect(try run(BitShift.self, [left, distances], attributes: toRight)[0].array(of: UInt8.self) == [0, 127, 0])
    let signed = Tensor([4], [-8, -8, 8, -8] as [Int32])
    let signedDistances = Tensor([4], [1, -1, -1, 32] as [Int32])
    #expect(
      try run(BitShift.self, [signed, signedDistances], attributes: toRight)[0].array(of: Int32.self) == [
        -4, -1, 0, -1,
      ]
    )
    #expect(
      try run(BitShift.self, [signed, signedDistances], attributes: toLeft)[0].array(of: Int32.self) == [-16, 0, 0, 0])
    #expect(
      message { _ = try run(BitShift.self, [left, distances], attributes: ["direction": .string(Array("UP".utf8))]) }
        == "attribute \"direction\" is \"UP\", expected one of \"LEFT\", \"RIGHT\"")
    #expect(message { _ = try run(BitShift.self, [left, distances]) } == "attribute \"direction\" is missing")
  }
}
