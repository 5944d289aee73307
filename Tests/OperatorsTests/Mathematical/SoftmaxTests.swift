import ModelGraph
import Tensors
import Testing

@testable import Operators

/// Expected values are those of ONNX Runtime.
@Suite struct SoftmaxTests {
  let input = floats([2, 3, 2], (0..<12).map { Float($0) / 4 - 1 })

  private func check(
    _ type: any Operator.Type, axis: Int64, version: Int, _ half: [Double],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for tensor in [input, doubled(input)] {
      let result = try run(type, [tensor], attributes: ["axis": .int(axis)], version: version)[0]
      #expect(result.shape == [2, 3, 2])
      expectClose(result, half + half, sourceLocation: sourceLocation)
    }
  }

  @Test func oneAxisIsNormalisedFromVersion13On() throws {
    try check(
      Softmax.self, axis: 1, version: 13, [0.1863237, 0.1863237, 0.3071959, 0.3071959, 0.5064804, 0.5064804])
    try check(
      Softmax.self, axis: -1, version: 13, [0.4378235, 0.5621765, 0.4378235, 0.5621765, 0.4378235, 0.5621765])
    try check(
      LogSoftmax.self, axis: 1, version: 13, [-1.68027, -1.68027, -1.18027, -1.18027, -0.6802697, -0.6802697])
    try check(Hardmax.self, axis: 1, version: 13, [0, 0, 0, 0, 1, 1])
  }

  @Test func everythingFromTheAxisOnIsNormalisedBefore() throws {
    try check(
      Softmax.self, axis: 1, version: 11, [0.08157691, 0.1047468, 0.1344976, 0.1726983, 0.221749, 0.2847314])
    try check(
      Softmax.self, axis: 2, version: 11, [0.4378235, 0.5621765, 0.4378235, 0.5621765, 0.4378235, 0.5621765])
    try check(
      LogSoftmax.self, axis: 1, version: 11,
      [-2.506209, -2.256209, -2.006209, -1.756209, -1.506209, -1.256209])
    try check(Hardmax.self, axis: 1, version: 11, [0, 0, 0, 0, 0, 1])
  }

  @Test func theDefaultAxisChangedWithVersion13() throws {
    let ones = floats([1, 2, 2], [1, 1, 1, 1])
    expectClose(try run(Softmax.self, [ones], version: 12)[0], [0.25, 0.25, 0.25, 0.25])
    expectClose(try run(Softmax.self, [ones], version: 13)[0], [0.5, 0.5, 0.5, 0.5])
  }

  @Test func largeNumbersDoNotOverflow() throws {
    expectClose(try run(Softmax.self, [floats([2], [1000, 1000])])[0], [0.5, 0.5])
    expectClose(try run(LogSoftmax.self, [floats([2], [1000, 0])])[0], [0, -1000])
  }

  @Test func onlyTheFirstLargestIsMarkedAndNoneInALineWithNaN() throws {
    let lines = floats([3, 3], [2, 5, 5, .nan, 7, 1, -.infinity, -.infinity, -.infinity])
    #expect(try run(Hardmax.self, [lines])[0].array(of: Float.self) == [0, 1, 0, 0, 0, 0, 1, 0, 0])
    #expect(
      try run(Hardmax.self, [lines], attributes: ["axis": .int(0)])[0].array(of: Float.self)
        == [0, 0, 1, 0, 1, 0, 0, 0, 0])
  }

  @Test func emptyLinesStayEmpty() throws {
    #expect(try run(Softmax.self, [floats([2, 0], [])])[0].shape == [2, 0])
    #expect(try run(Softmax.self, [floats([0, 3, 2], [])], attributes: ["axis": .int(1)])[0].shape == [0, 3, 2])
  }

  @Test func aScalarHasNoAxis() {
    #expect(
      message { _ = try run(Softmax.self, [Tensor(scalar: Float(1))]) }
        == "axis -1 is out of range for an input of shape []")
  }
}
