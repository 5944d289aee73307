import ModelGraph
import Tensors
import Testing

@testable import Operators

/// Expected values from ONNX Runtime 1.32.
@Suite struct QuantizedElementwiseTests {
  func scalar(_ value: Float) -> Tensor { Tensor(scalar: value) }
  func zero(_ value: UInt8) -> Tensor { Tensor(scalar: value) }
  func zero(_ value: Int8) -> Tensor { Tensor(scalar: value) }

  @Test func sumsAndProductsBroadcast() throws {
    let sum = try run(
      QLinearAdd.self,
      [
        Tensor([5], [0, 10, 77, 200, 255] as [UInt8]), scalar(0.1), zero(UInt8(10)),
        Tensor([5], [255, 3, 128, 9, 255] as [UInt8]), scalar(0.07), zero(UInt8(3)), scalar(0.15), zero(UInt8(7)),
      ])[0]
    #expect(sum.array(of: UInt8.self) == [118, 7, 110, 136, 255])
    let product = try run(
      QLinearMul.self,
      [
        Tensor([5], [-128, 10, 77, -100, 127] as [Int8]), scalar(0.1), zero(Int8(10)), Tensor([1], [3] as [Int8]),
        scalar(0.07), zero(Int8(-30)), scalar(0.15), zero(Int8(7)),
      ])[0]
    #expect(product.array(of: Int8.self) == [-128, 7, 110, -128, 127])
  }

  @Test(arguments: [false, true]) func functionsAreTabulated(prepared: Bool) throws {
    let sigmoid = try run(
      QLinearSigmoid.self,
      [
        Tensor([5], [0, 60, 100, 128, 255] as [UInt8]), scalar(0.05), zero(UInt8(100)), scalar(1 / 256),
        zero(UInt8(0)),
      ], prepare: prepared)[0]
    #expect(sigmoid.array(of: UInt8.self) == [2, 31, 128, 205, 255])
    let leaky = try run(
      QLinearLeakyRelu.self,
      [
        Tensor([5], [-128, -60, 0, 12, 127] as [Int8]), scalar(0.1), zero(Int8(0)), scalar(0.05), zero(Int8(-3)),
      ], attributes: ["alpha": .float(0.1)], prepare: prepared)[0]
    #expect(leaky.array(of: Int8.self) == [-29, -15, -3, 21, 127])
  }

  @Test(arguments: [false, true]) func concatenationBringsAllToOneScale(prepared: Bool) throws {
    let result = try run(
      QLinearConcat.self,
      [
        scalar(0.1), zero(UInt8(5)), Tensor([1, 2], [1, 200] as [UInt8]), scalar(0.2), zero(UInt8(3)),
        Tensor([1, 1], [100] as [UInt8]), scalar(0.1), zero(UInt8(5)),
      ], attributes: ["axis": .int(1)], prepare: prepared)[0]
    #expect(result.shape == [1, 3])
    #expect(result.array(of: UInt8.self) == [1, 255, 100])
    // Along the last axis the rows of the parts alternate; (q − 3) · 0.2 is 2 (q − 3) + 5 in the output, by hand.
    let rows = try run(
      QLinearConcat.self,
      [
        scalar(0.1), zero(Int8(5)), Tensor([2, 2], [1, 2, 3, 4] as [Int8]), scalar(0.2), zero(Int8(3)),
        Tensor([2, 1], [-100, 100] as [Int8]), scalar(0.1), zero(Int8(5)),
      ], attributes: ["axis": .int(-1)], prepare: prepared)[0]
    #expect(rows.array(of: Int8.self) == [1, 3, -100, 5, 7, 100])
  }

  @Test func meansAreQuantizedAgain() throws {
    let image = Tensor([1, 1, 3, 3], [1, 50, 100, 150, 200, 255, 7, 31, 64] as [UInt8])
    let inputs = [image, scalar(0.02), zero(UInt8(30)), scalar(0.015), zero(UInt8(9))]
    let windows = try run(QLinearAveragePool.self, inputs, attributes: ["kernel_shape": .ints([2, 2])])[0]
    #expect(windows.array(of: UInt8.self) == [103, 171, 98, 152])
    #expect(try run(QLinearGlobalAveragePool.self, inputs)[0].array(of: UInt8.self) == [96])
  }

  @Test func softmaxAlongAnAxisOrOverAllThatFollow() throws {
    let data = Tensor([2, 4], [10, 60, 100, 128, 255, 255, 0, 250] as [UInt8])
    func softmax(_ axis: Int64) throws -> [UInt8] {
      try run(
        QLinearSoftmax.self, [data, scalar(0.02), zero(UInt8(0)), scalar(1 / 256), zero(UInt8(0))],
        attributes: ["axis": .int(axis), "opset": .int(13)])[0].array(of: UInt8.self)
    }
    #expect(try softmax(1) == [13, 34, 76, 133, 88, 88, 1, 80])
    #expect(try softmax(0) == [2, 5, 225, 21, 254, 251, 31, 235])
    let signed = try run(
      QLinearSoftmax.self,
      [
        Tensor([1, 4], [10, 60, 100, -128] as [Int8]), scalar(0.02), zero(Int8(0)), scalar(1 / 256), zero(Int8(-128)),
      ],
      attributes: ["opset": .int(12)])[0]
    #expect(signed.array(of: Int8.self) == [-102, -57, 30, -126])
  }

  @Test func mistakesAreNamed() {
    let data = Tensor([2], [1, 2] as [UInt8])
    #expect(
      message {
        _ = try run(
          QLinearAdd.self,
          [data, scalar(1), zero(UInt8(0)), Tensor([2], [1, 2] as [Int8]), scalar(1), nil, scalar(1), nil])
      } == "input 3 has type int8, expected uint8 as input 0")
    #expect(
      message { _ = try run(QLinearSigmoid.self, [data, counting([2]), nil, scalar(1)]) }
        == "input 1 has shape [2], expected one scale")
    #expect(
      message {
        _ = try run(
          QLinearConcat.self,
          [
            scalar(1), zero(UInt8(0)), Tensor([1, 2], [1, 2] as [UInt8]), scalar(1), zero(UInt8(0)),
            Tensor([2, 1], [1, 2] as [UInt8]), scalar(1), zero(UInt8(0)),
          ], attributes: ["axis": .int(1)])
      } == "input 5 has shape [2, 1] but input 2 has shape [1, 2]")
    #expect(
      message { _ = try run(QLinearSoftmax.self, [data, scalar(1), nil, scalar(1)]) }
        == "attribute \"opset\" is missing")
  }
}
