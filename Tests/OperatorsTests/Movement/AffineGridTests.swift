import ModelGraph
import Tensors
import Testing

@testable import Operators

/// Expected values are those of the reference evaluator of ONNX.
@Suite struct AffineGridTests {
  let maps = floats([1, 2, 3], [1, 0.5, 0.1, 0, 2, -0.2])
  let size = Tensor([4], [Int64(1), 1, 2, 3])

  @Test func pointsAreMovedByTheMap() throws {
    let grid = try run(AffineGrid.self, [maps, size])[0]
    #expect(grid.shape == [1, 2, 3, 2])
    expectClose(
      grid,
      [-0.816667, -1.2, -0.15, -1.2, 0.516667, -1.2, -0.316667, 0.8, 0.35, 0.8, 1.016667, 0.8])
  }

  @Test func alignedCornersLieAtTheEnds() throws {
    expectClose(
      try run(AffineGrid.self, [maps, size], attributes: ["align_corners": .int(1)])[0],
      [-1.4, -2.2, -0.4, -2.2, 0.6, -2.2, -0.4, 1.8, 0.6, 1.8, 1.6, 1.8])
  }

  @Test func sizesMustFitTheMaps() {
    #expect(
      message { _ = try run(AffineGrid.self, [maps, Tensor([5], [Int64(1), 1, 2, 3, 4])]) }
        == "input 0 has shape [1, 2, 3], expected [1, 3, 4]")
    #expect(
      message { _ = try run(AffineGrid.self, [maps, Tensor([3], [Int64(1), 1, 2])]) }
        == "input 1 has 3 sizes, expected 4 or 5")
    #expect(
      message { _ = try run(AffineGrid.self, [maps, Tensor([4], [Int64(1), 1, -2, 3])]) }
        == "the result would have the impossible shape [1, -2, 3, 2]")
  }
}
