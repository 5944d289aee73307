import Tensors
import Testing

@testable import Operators

@Suite struct SplitAndConcatTests {
  let input = Tensor([2, 5], (1...10).map { Float($0) })

  @Test func aLastPartMayBeSmallerSinceVersion18() throws {
    let parts = try run(Split.self, [input], attributes: ["axis": .int(1), "num_outputs": .int(2)], outputs: 2)
    #expect(parts.map(\.shape) == [[2, 3], [2, 2]])
    #expect(parts[1].array(of: Float.self) == [4, 5, 9, 10])
    #expect(
      message { _ = try run(Split.self, [input], attributes: ["axis": .int(1)], version: 13, outputs: 2) }
        == "input 0 has size 5 along the axis, which does not split into 2 equal parts")
  }

  @Test func sizesComeFromTheAttributeOrTheInput() throws {
    let old = try run(
      Split.self, [input], attributes: ["axis": .int(-1), "split": .ints([1, 4])], version: 11, outputs: 2)
    #expect(old[0].array(of: Float.self) == [1, 6])
    let new = try run(
      Split.self, [input, Tensor([2], [5, 0] as [Int64])], attributes: ["axis": .int(1)], version: 13, outputs: 2)
    #expect(new.map(\.shape) == [[2, 5], [2, 0]])
  }

  @Test func sizesThatDoNotAddUpAreRefused() {
    #expect(
      message {
        _ = try run(Split.self, [input, Tensor([2], [-1, 6] as [Int64])], attributes: ["axis": .int(1)], outputs: 2)
      } == "input 1 has the sizes [-1, 6], which do not add up to 5")
    #expect(
      message { _ = try run(Split.self, [input, Tensor([1], [2 as Int64])], outputs: 2) }
        == "input 1 has 1 sizes, but the node has 2 outputs")
  }

  @Test func concatPutsTensorsOneBehindTheOther() throws {
    let columns = Tensor([2, 1], [0, -1] as [Float])
    let result = try run(Concat.self, [columns, input, columns], attributes: ["axis": .int(-1)])[0]
    #expect(result.shape == [2, 7])
    #expect(result.array(of: Float.self) == [0, 1, 2, 3, 4, 5, 0, -1, 6, 7, 8, 9, 10, -1])
  }

  /// A part that a kernel copies, beside one that is copied row by row.
  @Test func concatJoinsLargeTensorsAndSmallOnes() throws {
    let numbers = (0..<15_000).map { Float($0) }
    let small = Tensor([3, 2], [-1, -2, -3, -4, -5, -6] as [Float])
    let result = try run(Concat.self, [small, Tensor([3, 5000], numbers)], attributes: ["axis": .int(1)])[0]
    var expected: [Float] = [-1, -2]
    expected += numbers[..<5000]
    expected += [-3, -4]
    expected += numbers[5000..<10_000]
    expected += [-5, -6]
    expected += numbers[10_000...]
    #expect(result.shape == [3, 5002])
    #expect(result.array(of: Float.self) == expected)
  }

  @Test func concatRefusesWhatDoesNotFit() {
    let other = Tensor([3, 1], repeating: Float(0))
    #expect(
      message { _ = try run(Concat.self, [input, other], attributes: ["axis": .int(1)]) }
        == "input 1 has shape [3, 1], which does not fit [2, 5] along axis 1")
    let integers = Tensor([2, 1], [0, 1] as [Int64])
    #expect(
      message { _ = try run(Concat.self, [input, integers], attributes: ["axis": .int(1)]) }
        == "input 1 has type int64, expected float32")
    #expect(message { _ = try run(Concat.self, [input]) } == "attribute \"axis\" is missing")
  }

  @Test func concatSharesNoParametersButQuantizesEveryInput() throws {
    let node = try makeOperator(Concat.self, inputCount: 3, attributes: ["axis": .int(1)])
    #expect(node.quantization == .elementwise(inputs: [0, 1, 2]))
  }
}
