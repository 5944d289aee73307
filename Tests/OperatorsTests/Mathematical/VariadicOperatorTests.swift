import Tensors
import Testing

@testable import Operators

@Suite struct VariadicOperatorTests {
  let inputs = [floats([2, 2], [1, -2, 3, 4]), floats([2], [0, 5]), floats([2, 1], [2, -1])]

  @Test func anyNumberOfInputsBroadcastTogether() throws {
    #expect(try run(Max.self, inputs)[0].array(of: Float.self) == [2, 5, 3, 5])
    #expect(try run(Min.self, inputs)[0].array(of: Float.self) == [0, -2, -1, -1])
    #expect(try run(Sum.self, inputs)[0].array(of: Float.self) == [3, 5, 2, 8])
    expectClose(try run(Mean.self, inputs)[0], [1, 5.0 / 3, 2.0 / 3, 8.0 / 3])
    expectClose(try run(Mean.self, inputs.map { doubled($0) })[0], [1, 5.0 / 3, 2.0 / 3, 8.0 / 3])
  }

  @Test func oneInputIsItsOwnResult() throws {
    #expect(try run(Mean.self, [inputs[0]])[0].array(of: Float.self) == [1, -2, 3, 4])
  }

  @Test func integersAreCompared() throws {
    let left = Tensor([2], [200, 1] as [UInt8])
    #expect(try run(Max.self, [left, Tensor([1], [100] as [UInt8])])[0].array(of: UInt8.self) == [200, 100])
  }

  @Test func notANumberWinsFromEitherSide() throws {
    let left = floats([3], [.nan, 1, 2])
    let right = floats([3], [1, .nan, 3])
    for type: any Operator.Type in [Max.self, Min.self] {
      #expect(try run(type, [left, right])[0].array(of: Float.self).map(\.isNaN) == [true, true, false])
      #expect(
        try run(type, [doubled(left), doubled(right)])[0].array(of: Double.self).map(\.isNaN) == [true, true, false])
    }
  }

  @Test func shapesThatDoNotBroadcastAreNamed() {
    #expect(
      message { _ = try run(Sum.self, [inputs[0], inputs[1], floats([3], [1, 2, 3])]) }
        == "inputs of shapes [2, 2], [2] and [3] do not broadcast")
  }

  @Test func aMissingInputIsNamed() {
    #expect(message { _ = try run(Sum.self, [inputs[0], nil, inputs[1]]) } == "input 1 is missing")
  }
}
