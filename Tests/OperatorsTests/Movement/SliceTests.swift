import ModelGraph
import Tensors
import Testing

@testable import Operators

@Suite struct SliceTests {
  let input = Tensor([2, 4], [1, 2, 3, 4, 5, 6, 7, 8] as [Float])

  private func slice(
    _ starts: [Int64], _ ends: [Int64], axes: [Int64]? = nil, steps: [Int64]? = nil
  ) throws -> (Shape, [Float]) {
    func vector(_ numbers: [Int64]) -> Tensor { Tensor([numbers.count], numbers) }
    let result = try run(
      Slice.self, [input, vector(starts), vector(ends), axes.map(vector), steps.map(vector)])[0]
    return (result.shape, result.array(of: Float.self))
  }

  @Test func theDocumentedExamplesHold() throws {
    #expect(try slice([1, 0], [2, 3], axes: [0, 1], steps: [1, 2]) == ([1, 2], [5, 7]))
    #expect(try slice([0, 1], [-1, 1000]) == ([1, 3], [2, 3, 4]))
  }

  @Test func negativeStepsRunBackwards() throws {
    #expect(try slice([-1], [.min], axes: [1], steps: [-1]) == ([2, 4], [4, 3, 2, 1, 8, 7, 6, 5]))
    #expect(try slice([.max], [0], axes: [-1], steps: [-2]) == ([2, 2], [4, 2, 8, 6]))
    #expect(try slice([3], [.max], axes: [1], steps: [.min]) == ([2, 1], [4, 8]))
  }

  @Test func boundsThatCrossGiveAnEmptyResult() throws {
    #expect(try slice([3], [1], axes: [1]) == ([2, 0], []))
  }

  @Test func attributesAreReadBeforeVersion10() throws {
    let attributes: KeyValuePairs<String, Attribute> = ["starts": .ints([1]), "ends": .ints([2]), "axes": .ints([0])]
    #expect(try run(Slice.self, [input], attributes: attributes, version: 9)[0].array(of: Float.self) == [5, 6, 7, 8])
  }

  @Test func badParametersAreRefused() {
    #expect(message { _ = try slice([0], [1], axes: [2]) } == "input 3 names axis 2 of a tensor of rank 2")
    #expect(message { _ = try slice([0], [1], steps: [0]) } == "input 4 has a step of 0")
    #expect(
      message { _ = try slice([0, 0], [1]) } == "the slice has 2 starts, 1 ends, 2 axes and 2 steps")
    #expect(
      message { _ = try run(Slice.self, [input, Tensor([1], [Float(0)]), Tensor([1], [1 as Int64])]) }
        == "input 1 has type float32, expected int64")
    #expect(message { _ = try run(Slice.self, [input], version: 9) } == "attribute \"starts\" is missing")
  }
}
