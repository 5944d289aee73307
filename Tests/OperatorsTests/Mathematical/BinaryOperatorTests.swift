import ModelGraph
import Tensors
import Testing

@testable import Operators

@Suite struct BinaryOperatorTests {
  let matrix = floats([2, 3], [1, 2, 3, 4, 5, 6])

  @Test func equalShapesAreCombinedElementByElement() throws {
    let other = floats([2, 3], [10, 20, 30, 40, 50, 60])
    #expect(try run(Add.self, [matrix, other])[0].array(of: Float.self) == [11, 22, 33, 44, 55, 66])
    #expect(try run(Sub.self, [matrix, other])[0].array(of: Float.self) == [-9, -18, -27, -36, -45, -54])
    #expect(try run(Mul.self, [matrix, other])[0].array(of: Float.self) == [10, 40, 90, 160, 250, 360])
    #expect(try run(Div.self, [other, matrix])[0].array(of: Float.self) == [10, 10, 10, 10, 10, 10])
  }

  @Test func rowsColumnsAndScalarsRepeat() throws {
    let row = floats([3], [10, 20, 30])
    let column = floats([2, 1], [10, 20])
    #expect(try run(Add.self, [matrix, row])[0].array(of: Float.self) == [11, 22, 33, 14, 25, 36])
    #expect(try run(Sub.self, [column, matrix])[0].array(of: Float.self) == [9, 8, 7, 16, 15, 14])
    #expect(try run(Mul.self, [Tensor(scalar: Float(2)), matrix])[0].array(of: Float.self) == [2, 4, 6, 8, 10, 12])
    let outer = try run(Add.self, [row, column])[0]
    #expect(outer.shape == [2, 3])
    #expect(outer.array(of: Float.self) == [20, 30, 40, 30, 40, 50])
  }

  @Test func anAxisInTheMiddleRepeatsForEveryType() throws {
    let left = Tensor([2, 1, 2], [1, 2, 3, 4] as [Int16])
    let right = Tensor([1, 3, 1], [10, 20, 30] as [Int16])
    let sum = try run(Add.self, [left, right])[0]
    #expect(sum.shape == [2, 3, 2])
    #expect(sum.array(of: Int16.self) == [11, 12, 21, 22, 31, 32, 13, 14, 23, 24, 33, 34])
    let doubles = try run(
      Mul.self, [Tensor([2, 1, 2], [1, 2, 3, 4] as [Double]), Tensor([1, 3, 1], [10, 20, 30] as [Double])])[0]
    #expect(doubles.array(of: Double.self) == [10, 20, 20, 40, 30, 60, 30, 40, 60, 80, 90, 120])
  }

  @Test func emptyTensorsBroadcast() throws {
    #expect(try run(Add.self, [floats([2, 0, 3], []), floats([1, 3], [1, 2, 3])])[0].shape == [2, 0, 3])
    #expect(try run(Add.self, [floats([0], []), floats([1], [1])])[0].shape == [0])
  }

  @Test func shapesThatDoNotBroadcastAreNamed() {
    #expect(
      message { _ = try run(Add.self, [matrix, floats([4], [1, 2, 3, 4])]) }
        == "inputs of shapes [2, 3] and [4] do not broadcast")
  }

  @Test func inputsOfTwoTypesAreNamed() {
    #expect(
      message { _ = try run(Add.self, [matrix, Tensor([1], [1] as [Int64])]) }
        == "input 1 has type int64, but input 0 has type float32")
  }

  @Test func integersWrapAround() throws {
    let left = Tensor([2], [.max, .min] as [Int32])
    let right = Tensor([2], [1, -1] as [Int32])
    #expect(try run(Add.self, [left, right])[0].array(of: Int32.self) == [.min, .max])
    #expect(try run(Mul.self, [left, Tensor([1], [2] as [Int32])])[0].array(of: Int32.self) == [-2, 0])
    #expect(try run(Sub.self, [Tensor([1], [0] as [UInt8]), Tensor([1], [1] as [UInt8])])[0].array() == [UInt8(255)])
    #expect(try run(Div.self, [left, right])[0].array(of: Int32.self) == [.max, .min])
  }

  @Test func integerDivisionCutsOffTowardZero() throws {
    let left = Tensor([4], [7, -7, 7, -7] as [Int64])
    let right = Tensor([4], [2, 2, -2, -2] as [Int64])
    #expect(try run(Div.self, [left, right])[0].array(of: Int64.self) == [3, -3, -3, 3])
  }

  @Test func onlyIntegersRefuseToBeDividedByZero() throws {
    #expect(
      message { _ = try run(Div.self, [Tensor([1], [1] as [Int32]), Tensor([2], [1, 0] as [Int32])]) }
        == "input 1 contains 0, by which integers cannot be divided")
    #expect(
      message { _ = try run(Mod.self, [Tensor([1], [1] as [UInt8]), Tensor([1], [0] as [UInt8])]) }
        == "input 1 contains 0, by which integers cannot be divided")
    #expect(try run(Div.self, [floats([1], [1]), floats([1], [0])])[0].array() == [Float.infinity])
  }

  @Test func theRemainderHasTheSignOfTheDivisorOrWithFmodOfTheDividend() throws {
    let left = Tensor([4], [-4, 7, -6, .min] as [Int32])
    let right = Tensor([4], [3, -3, 3, -1] as [Int32])
    #expect(try run(Mod.self, [left, right])[0].array(of: Int32.self) == [2, -2, 0, 0])
    #expect(try run(Mod.self, [left, right], attributes: ["fmod": .int(1)])[0].array(of: Int32.self) == [-1, 1, 0, 0])
  }

  @Test func theRemainderOfRealsNeedsFmodBeforeVersion28() throws {
    let left = floats([5], [-4.3, 7.2, 5, 5, -0.0])
    let right = floats([5], [2.1, -3.4, 8, -.infinity, -2])
    expectClose(
      try run(Mod.self, [left, right], attributes: ["fmod": .int(1)])[0], [-0.1, 0.4, 5, 5, 0])
    let floored = try run(Mod.self, [left, right], version: 28)[0]
    expectClose(floored, [2, -3, 5, -.infinity, 0])
    #expect(floored.array(of: Float.self)[4].sign == .minus)
    #expect(
      message { _ = try run(Mod.self, [left, right]) }
        == "attribute \"fmod\" is 0, but input 0 has type float32, which needs 1 before version 28")
  }

  @Test func powersKeepTheTypeOfTheBase() throws {
    expectClose(
      try run(Pow.self, [floats([3], [2, 9, -2]), floats([3], [-1, 0.5, 3])])[0], [0.5, 3, -8])
    expectClose(
      try run(Pow.self, [floats([2], [2, 3]), Tensor([1], [3] as [Int64])])[0], [8, 27])
    let squares = try run(Pow.self, [floats([2], [-3, 0.5]), Tensor(scalar: Float(2))])[0]
    #expect(squares.shape == [2])
    expectClose(squares, [9, 0.25])
    expectClose(try run(Pow.self, [floats([], [3]), floats([1], [2])])[0].reshaped(.scalar), [9])
    let bases = Tensor([6], [2, 3, -2, 0, -1, 3] as [Int32])
    let exponents = Tensor([6], [3, -1, 3, -1, -3, 40] as [Int64])
    let wrapped = Int32(truncatingIfNeeded: UInt64(12_157_665_459_056_928_801))
    #expect(try run(Pow.self, [bases, exponents])[0].array(of: Int32.self) == [8, 0, -8, 0, -1, wrapped])
    let reals = floats([6], [0.5, -1, 3, 0, 1, 40])
    #expect(try run(Pow.self, [bases, reals])[0].array(of: Int32.self) == [1, 0, -8, 1, -1, .max])
  }

  @Test func slopesBroadcastToTheInputOnly() throws {
    let input = floats([1, 2, 2], [-1, 2, -3, -4])
    #expect(
      try run(PRelu.self, [input, floats([2, 1], [0.5, 0.25])])[0].array(of: Float.self) == [-0.5, 2, -0.75, -1])
    #expect(
      message { _ = try run(PRelu.self, [input, floats([3, 2, 2], .init(repeating: 0, count: 12))]) }
        == "input 1 has shape [3, 2, 2], which does not broadcast to [1, 2, 2]")
  }
}
