import ModelGraph
import Tensors
import Testing

@testable import Operators

@Suite struct ConvTransposeTests {
  let data = counting([1, 1, 2, 2])

  @Test(arguments: [false, true]) func windowsThatDoNotOverlapTileTheOutput(prepared: Bool) throws {
    let result = try run(
      ConvTranspose.self, [data, counting([1, 1, 2, 2])], attributes: ["strides": .ints([2, 2])], prepare: prepared)[0]
    expect(result, [1, 1, 4, 4], isNear: [1, 2, 2, 4, 3, 4, 6, 8, 3, 6, 4, 8, 9, 12, 12, 16])
  }

  /// Expected values from ONNX Runtime 1.32.
  @Test func overlapsAddUpWithinThePadding() throws {
    let result = try run(
      ConvTranspose.self, [Tensor([1, 1, 2, 2], [1, 2, 4, 5] as [Float]), counting([1, 1, 3, 3])],
      attributes: ["strides": .ints([2, 2]), "pads": .ints([1, 1, 1, 1]), "output_padding": .ints([1, 1])])[0]
    expect(
      result, [1, 1, 4, 4], isNear: [5, 14, 10, 12, 16, 40, 26, 33, 20, 44, 25, 30, 32, 71, 40, 45])
  }

  @Test func groupsAndBias() throws {
    let result = try run(
      ConvTranspose.self,
      [counting([1, 2, 1]), Tensor([2, 1, 2], [1, 10, 1, 10] as [Float]), Tensor([2], [0.5, 0.25] as [Float])],
      attributes: ["group": .int(2)])[0]
    expect(result, [1, 2, 2], isNear: [1.5, 10.5, 2.25, 20.25])
  }

  @Test func theOutputShapeDecidesThePadding() throws {
    let result = try run(
      ConvTranspose.self, [counting([1, 1, 2]), Tensor([1, 1, 3], [1, 1, 1] as [Float])],
      attributes: ["strides": .ints([2]), "output_shape": .ints([4])])[0]
    // Five elements 1 1 3 2 2, of which the first is cut off.
    expect(result, [1, 1, 4], isNear: [1, 3, 2, 2])
  }

  @Test func mismatchesAreNamed() {
    #expect(
      message { _ = try run(ConvTranspose.self, [data, counting([3, 1, 2, 2])]) }
        == "input 1 has shape [3, 1, 2, 2] but input 0 has 1 channels")
    #expect(
      message {
        _ = try run(ConvTranspose.self, [data, counting([1, 1, 1, 1])], attributes: ["pads": .ints([1, 0, 1, 0])])
      } == "input 0 leaves 0 elements of output on spatial axis 0")
  }
}
