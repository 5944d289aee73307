import Tensors
import Testing

@testable import Operators

/// DepthToSpace, SpaceToDepth, Col2Im. Expected values: the formulas of ONNX in NumPy.
@Suite struct BlockTests {
  let channels = Tensor([1, 8, 1, 1], (0..<8).map { Float($0) })

  @Test func channelsBecomeBlocks() throws {
    let rows = try run(DepthToSpace.self, [channels], attributes: ["blocksize": .int(2)])[0]
    #expect(rows.shape == [1, 2, 2, 2])
    #expect(rows.array(of: Float.self) == [0, 2, 4, 6, 1, 3, 5, 7])
    let columns = try run(
      DepthToSpace.self, [channels], attributes: ["blocksize": .int(2), "mode": .string(Array("CRD".utf8))])[0]
    #expect(columns.array(of: Float.self) == [0, 1, 2, 3, 4, 5, 6, 7])
  }

  @Test func blocksBecomeChannelsAgain() throws {
    let space = try run(DepthToSpace.self, [channels], attributes: ["blocksize": .int(2)])[0]
    let depth = try run(SpaceToDepth.self, [space], attributes: ["blocksize": .int(2)])[0]
    #expect(depth.shape == [1, 8, 1, 1])
    #expect(depth.array(of: Float.self) == (0..<8).map { Float($0) })
  }

  @Test func sizesMustDivide() {
    #expect(
      message { _ = try run(DepthToSpace.self, [channels], attributes: ["blocksize": .int(3)]) }
        == "input 0 has shape [1, 8, 1, 1], expected 4 axes and channels that divide by 9")
    #expect(
      message { _ = try run(SpaceToDepth.self, [channels], attributes: ["blocksize": .int(2)]) }
        == "input 0 has shape [1, 8, 1, 1], expected 4 axes and a height and width that divide by 2")
    #expect(
      message { _ = try run(SpaceToDepth.self, [channels], attributes: ["blocksize": .int(0)]) }
        == "attribute \"blocksize\" is 0, expected 1 or more")
  }

  // Expected values: onnxruntime.
  @Test func blocksLieApartAndReachBeyondTheImage() throws {
    let columns = Tensor([1, 8, 16], (0..<128).map { Float($0 * 5 % 17 - 8) })
    let image = try run(
      Col2Im.self, [columns, Tensor([2], [4, 8] as [Int64]), Tensor([2], [2, 2] as [Int64])],
      attributes: ["dilations": .ints([1, 2]), "pads": .ints([1, 0, 0, 1]), "strides": .ints([1, 2])])[0]
    #expect(image.shape == [1, 2, 4, 8])
    #expect(
      image.array(of: Float.self) == [
        -6, 0, 5, 0, -9, 0, -6, 0, 0, 0, 0, 0, 3, 0, 6, 0, 6, 0, -5, 0, -2, 0, 1, 0, 8, 0, -1, 0, 9, 0, 2, 0, -12, 0,
        10, 0, -4, 0, -1, 0, -6, 0, 5, 0, -9, 0, -6, 0, 0, 0, 0, 0, 3, 0, 6, 0, 5, 0, -7, 0, 3, 0, -4, 0,
      ])
  }

  @Test func overlappingBlocksAddUp() throws {
    let columns = Tensor([1, 2, 2], [1, 2, 3, 4] as [Float])
    let inputs: [Tensor] = [columns, Tensor([1], [3 as Int64]), Tensor([1], [2 as Int64])]
    #expect(try run(Col2Im.self, inputs)[0].array(of: Float.self) == [1, 5, 4])
    #expect(
      message { _ = try run(Col2Im.self, [columns, inputs[2], inputs[2]]) }
        == "input 0 has shape [1, 2, 2], expected 1 columns of blocks of 2")
  }
}
