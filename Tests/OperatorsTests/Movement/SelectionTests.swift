import ModelGraph
import Tensors
import Testing

@testable import Operators

/// Where, NonZero, OneHot, Compress, Trilu, EyeLike, ReverseSequence.
@Suite struct SelectionTests {
  @Test func whereBroadcastsAllThree() throws {
    let condition = Tensor([2, 1], [true, false] as [Boolean])
    let result = try run(
      Where.self, [condition, Tensor([3], [1, 2, 3] as [Int64]), Tensor(scalar: Int64(0))])[0]
    #expect(result.shape == [2, 3])
    #expect(result.array(of: Int64.self) == [1, 2, 3, 0, 0, 0])
    #expect(
      message {
        _ = try run(Where.self, [condition, Tensor([3], [1, 2, 3] as [Int64]), Tensor([2], [1, 2] as [Int64])])
      }
        == "the inputs have shapes [2, 1], [3] and [2], which cannot be broadcast")
    #expect(
      message { _ = try run(Where.self, [Tensor(scalar: Int64(1)), condition, condition]) }
        == "input 0 has type int64, expected bool")
  }

  @Test func nonZeroListsPositionsByAxis() throws {
    let result = try run(NonZero.self, [Tensor([2, 2], [1, 0, .nan, -0.0] as [Float])])[0]
    #expect(result.shape == [2, 2])
    #expect(result.array(of: Int64.self) == [0, 1, 0, 0])
    #expect(try run(NonZero.self, [Tensor(scalar: Float(3))])[0].shape == [0, 1])
    #expect(try run(NonZero.self, [Tensor([0, 2], [] as [Float])])[0].shape == [2, 0])
  }

  @Test func oneHotIgnoresIndicesOutside() throws {
    let inputs: [Tensor] = [
      Tensor([3], [1, -1, 5] as [Int64]), Tensor(scalar: Int64(3)), Tensor([2], [0, 9] as [Int32]),
    ]
    #expect(try run(OneHot.self, inputs)[0].array(of: Int32.self) == [0, 9, 0, 0, 0, 9, 0, 0, 0])
    let columns = try run(OneHot.self, inputs, attributes: ["axis": .int(0)])[0]
    #expect(columns.array(of: Int32.self) == [0, 0, 0, 9, 0, 0, 0, 9, 0])
    #expect(
      message { _ = try run(OneHot.self, [inputs[0], inputs[1], Tensor([3], [0, 1, 2] as [Int32])]) }
        == "input 2 has shape [3], expected [2]")
  }

  @Test func compressKeepsWhatTheConditionNames() throws {
    let matrix = Tensor([3, 2], [1, 2, 3, 4, 5, 6] as [Float])
    let condition = Tensor([2], [false, true] as [Boolean])
    #expect(
      try run(Compress.self, [matrix, condition], attributes: ["axis": .int(0)])[0].array(of: Float.self) == [3, 4])
    #expect(try run(Compress.self, [matrix, condition])[0].array(of: Float.self) == [2])
  }

  @Test(arguments: [
    (true, 0, [1, 2, 3, 0, 5, 6]), (true, 1, [0, 2, 3, 0, 0, 6]), (true, 9, [0, 0, 0, 0, 0, 0]),
    (false, 0, [1, 0, 0, 4, 5, 0]), (false, -1, [0, 0, 0, 4, 0, 0]), (false, Int64.max, [1, 2, 3, 4, 5, 6]),
  ])
  func triangles(upper: Bool, diagonal: Int64, expected: [Float]) throws {
    let matrix = Tensor([2, 3], [1, 2, 3, 4, 5, 6] as [Float])
    let result = try run(
      Trilu.self, [matrix, Tensor(scalar: diagonal)], attributes: ["upper": .int(upper ? 1 : 0)])[0]
    #expect(result.array(of: Float.self) == expected)
  }

  @Test func eyeLikeHasItsOwnType() throws {
    let input = Tensor([2, 3], repeating: Int32(7))
    let attributes: KeyValuePairs<String, Attribute> = ["k": .int(1), "dtype": .int(1)]
    #expect(try run(EyeLike.self, [input], attributes: attributes)[0].array(of: Float.self) == [0, 1, 0, 0, 0, 1])
    #expect(try run(EyeLike.self, [input])[0].array(of: Int32.self) == [1, 0, 0, 0, 1, 0])
    #expect(
      message { _ = try run(EyeLike.self, [Tensor([2], [1, 2] as [Float])]) }
        == "input 0 has shape [2], expected a matrix")
  }

  @Test func sequencesAreReversedUpToTheirLengths() throws {
    let input = Tensor([3, 2], [1, 2, 3, 4, 5, 6] as [Float])
    #expect(
      try run(ReverseSequence.self, [input, Tensor([2], [3, 2] as [Int64])])[0].array(of: Float.self)
        == [5, 4, 3, 2, 1, 6])
    #expect(
      message { _ = try run(ReverseSequence.self, [input, Tensor([2], [4, 2] as [Int64])]) }
        == "input 1 is [4, 2], expected 2 lengths of 0 to 3")
  }
}
