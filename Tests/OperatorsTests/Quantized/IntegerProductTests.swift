import ModelGraph
import Tensors
import Testing

@testable import Operators

/// Expected values from ONNX Runtime 1.32 unless said otherwise.
@Suite struct IntegerProductTests {
  let left = Tensor([2, 3], [3, 250, 17, 128, 5, 99] as [UInt8])
  let right = Tensor([3, 2], [-7, 100, 12, -128, 55, 1] as [Int8])
  let leftScale = Tensor(scalar: Float(0.02))
  let leftZero = Tensor(scalar: UInt8(100))
  let rightScales = Tensor([2], [0.01, 0.03] as [Float])
  let rightZeros = Tensor([2], [0, 0] as [Int8])

  @Test(arguments: [false, true]) func sumsAreExact(prepared: Bool) throws {
    let zeros = Tensor([2], [3, -4] as [Int8])
    let result = try run(MatMulInteger.self, [left, right, leftZero, zeros], prepare: prepared)[0]
    #expect(result.array(of: Int32.self) == [-1996, -29103, -1187, 14687])
  }

  @Test func rowsMayHaveZeroPointsOfTheirOwn() throws {
    let zeros = Tensor([2], [100, 0] as [UInt8])
    let result = try run(MatMulInteger.self, [left, right, zeros])[0]
    // The second row by hand: 128·(−7) + 5·12 + 99·55 and 128·100 + 5·(−128) + 99.
    #expect(result.array(of: Int32.self) == [-2086, -28983, 4609, 12259])
  }

  @Test(arguments: [false, true]) func productsAreQuantizedAgain(prepared: Bool) throws {
    let result = try run(
      QLinearMatMul.self,
      [
        left, leftScale, leftZero, right, rightScales, rightZeros, Tensor(scalar: Float(0.05)),
        Tensor(scalar: UInt8(11)),
      ], prepare: prepared)[0]
    #expect(result.array(of: UInt8.self) == [3, 0, 5, 191])
  }

  @Test func rowsMayHaveScalesOfTheirOwn() throws {
    let result = try run(
      QLinearMatMul.self,
      [
        Tensor([2, 1], [4, 4] as [UInt8]), Tensor([2], [0.5, 1] as [Float]), Tensor([2], [0, 2] as [UInt8]),
        Tensor([1, 1], [10] as [Int8]), Tensor(scalar: Float(0.1)), Tensor(scalar: Int8(0)),
        Tensor(scalar: Float(0.5)), Tensor(scalar: Int8(-1)),
      ])[0]
    // 40 · 0.05 / 0.5 − 1 and 20 · 0.1 / 0.5 − 1, by hand.
    #expect(result.array(of: Int8.self) == [3, 3])
  }

  @Test(arguments: [false, true]) func gemmTransposesScalesAndAdds(prepared: Bool) throws {
    let transposed = Tensor([2, 3], [-7, 12, 55, 100, -128, 1] as [Int8])
    let result = try run(
      QGemm.self,
      [
        left, leftScale, leftZero, transposed, rightScales, rightZeros, Tensor([2], [500, -70] as [Int32]),
        Tensor(scalar: Float(0.05)), Tensor(scalar: UInt8(11)),
      ], attributes: ["transB": .int(1), "alpha": .float(0.5)], prepare: prepared)[0]
    #expect(result.array(of: UInt8.self) == [8, 0, 9, 100])
  }

  @Test(arguments: [false, true]) func gemmWithoutAnOutputScaleGivesRealNumbers(prepared: Bool) throws {
    let result = try run(
      QGemm.self,
      [
        left, leftScale, leftZero, right, Tensor(scalar: Float(0.01)), Tensor(scalar: Int8(0)),
        Tensor([2], [500, -70] as [Int32]),
      ], prepare: prepared)[0]
    expect(result, [2, 2], isNear: [-0.3172, -5.8106, -0.1782, 2.9778])
  }

  @Test(arguments: [false, true]) func gemmAddsAMatrixOrAColumn(prepared: Bool) throws {
    // The sums are −2086, −28983 and −1391, 14959 by NumPy; C comes on top.
    func gemm(_ addend: Tensor, _ output: [Tensor]) throws -> Tensor {
      try run(
        QGemm.self,
        [left, leftScale, leftZero, right, Tensor(scalar: Float(0.01)), Tensor(scalar: Int8(0)), addend] + output,
        prepare: prepared)[0]
    }
    let column = Tensor([2, 1], [100, -100] as [Int32])
    expect(try gemm(column, []), [2, 2], isNear: [-0.3972, -5.7766, -0.2982, 2.9718])
    let quantized = try gemm(column, [Tensor(scalar: Float(0.05)), Tensor(scalar: UInt8(150))])
    #expect(quantized.array(of: UInt8.self) == [142, 34, 144, 209])
  }

  @Test func constantParametersOfOtherDataAreReadAgain() throws {
    // Prepared for activations whose zero point is that of input 2, then given data of the other type.
    #expect(
      message {
        _ = try run(
          MatMulInteger.self, [Tensor([1, 3], [1, 2, 3] as [Int8]), right, leftZero], prepare: true)
      } == "input 2 has type uint8, expected int8 as the values it belongs to")
  }

  @Test func productsTurnToFloat() throws {
    let bias = Tensor([2], [0.5, -0.25] as [Float])
    let result = try run(
      MatMulIntegerToFloat.self, [left, right, leftScale, rightScales, leftZero, rightZeros, bias], prepare: true)[0]
    expect(result, [2, 2], isNear: [0.0828, -17.6398, 0.2218, 8.7254])
    let data = Tensor([2, 3], [-1, 0.5, 2, 0.1, -0.2, 0.3] as [Float])
    let dynamic = try run(
      DynamicQuantizeMatMul.self, [data, right, Tensor(scalar: Float(0.01)), Tensor(scalar: Int8(0)), bias])[0]
    expect(dynamic, [2, 2], isNear: [1.729294, -1.862471, 0.637647, 0.1031765])
  }

  @Test func mistakesAreNamed() {
    #expect(
      message { _ = try run(MatMulInteger.self, [left, counting([3, 2])]) }
        == "input 1 has type float32, expected int8 or uint8")
    #expect(
      message { _ = try run(MatMulInteger.self, [left, right, leftZero, Tensor([3], [0, 0, 0] as [Int8])]) }
        == "input 3 has shape [3], expected one zero point or 2")
    #expect(
      message {
        _ = try run(
          QLinearMatMul.self,
          [left, leftScale, leftZero, right, counting([3]), rightZeros, leftScale, Tensor(scalar: UInt8(0))])
      } == "input 4 has shape [3], expected one scale or 2")
    #expect(
      message {
        _ = try run(
          QGemm.self, [left, leftScale, leftZero, right, rightScales, rightZeros, nil, leftScale])
      } == "input 8 must be present exactly where input 7 is: they quantize the output together")
  }
}
