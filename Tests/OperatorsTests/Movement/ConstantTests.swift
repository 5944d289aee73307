import ModelGraph
import Tensors
import Testing

@testable import Operators

/// Constant, Dropout, IsNaN, IsInf.
@Suite struct ConstantTests {
  @Test func everyKindOfValueIsRead() throws {
    let tensor = Tensor([2], [1, 2] as [UInt8])
    #expect(try run(Constant.self, [], attributes: ["value": .tensor(tensor)])[0].array(of: UInt8.self) == [1, 2])
    #expect(try run(Constant.self, [], attributes: ["value_float": .float(0.5)])[0].array(of: Float.self) == [0.5])
    #expect(try run(Constant.self, [], attributes: ["value_ints": .ints([4, 5])])[0].array(of: Int64.self) == [4, 5])
    #expect(try run(Constant.self, [], attributes: ["value_int": .int(4)])[0].shape == .scalar)
    #expect(try run(Constant.self, [], attributes: ["value_floats": .floats([1])])[0].shape == [1])
  }

  @Test func otherValuesAreRefused() {
    #expect(
      message { _ = try run(Constant.self, [], attributes: ["sparse_value": .int(0)]) }
        == "attribute \"sparse_value\" is not supported")
    #expect(
      message { _ = try run(Constant.self, [], attributes: ["value_string": .string([65])]) }
        == "attribute \"value_string\" is not supported")
    #expect(message { _ = try run(Constant.self, []) } == "attribute \"value\" is missing")
  }

  @Test func theTypeOfAConstantIsKnown() throws {
    let node = try makeOperator(Constant.self, inputCount: 0, attributes: ["value_int": .int(4)])
    #expect(node.outputTypes([]) == [.int64])
  }

  @Test func dropoutDropsNothing() throws {
    let input = Tensor([2], [1, 2] as [Float])
    let result = try run(Dropout.self, [input], outputs: 2)
    #expect(result[0].array(of: Float.self) == [1, 2])
    #expect(result[1].array(of: Boolean.self) == [true, true])
    #expect(try run(Dropout.self, [input], version: 7, outputs: 2)[1].array(of: Float.self) == [1, 1])
    #expect(
      message { _ = try run(Dropout.self, [input, nil, Tensor(scalar: Boolean(true))]) }
        == "input 2 asks for training, which is not supported")
  }

  @Test func infinitiesAreToldApart() throws {
    let input = Tensor([4], [1, .infinity, -.infinity, .nan] as [Float])
    #expect(try run(IsNaN.self, [input])[0].array(of: Boolean.self) == [false, false, false, true])
    #expect(try run(IsInf.self, [input])[0].array(of: Boolean.self) == [false, true, true, false])
    #expect(
      try run(IsInf.self, [input], attributes: ["detect_negative": .int(0)])[0].array(of: Boolean.self)
        == [false, true, false, false])
    #expect(
      message { _ = try run(IsNaN.self, [Tensor([1], [1 as Int32])]) }
        == "input 0 has type int32, expected a floating-point type")
  }
}
