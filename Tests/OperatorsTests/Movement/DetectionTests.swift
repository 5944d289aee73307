import ModelGraph
import Tensors
import Testing

@testable import Operators

/// GridSample, NonMaxSuppression, RoiAlign.
@Suite struct DetectionTests {
  let square = Tensor([1, 1, 2, 2], [1, 2, 3, 4] as [Float])

  private func text(_ string: String) -> Attribute { .string(Array(string.utf8)) }

  @Test func aGridReadsBetweenEntries() throws {
    let grid = Tensor([1, 1, 3, 2], [0, 0, -1, -1, 3, 0] as [Float])
    func sample(_ padding: String) throws -> [Float] {
      try run(
        GridSample.self, [square, grid], attributes: ["padding_mode": text(padding), "align_corners": .int(1)])[0]
        .array(of: Float.self)
    }
    #expect(try sample("zeros") == [2.5, 1, 0])
    #expect(try sample("border") == [2.5, 1, 3])
    // A coordinate of 3 lies one whole width beyond the last column and is folded back to the first one.
    #expect(try sample("reflection") == [2.5, 1, 2])
  }

  @Test func modeNamesFollowTheVersion() {
    #expect(
      message { _ = try run(GridSample.self, [square, square], attributes: ["mode": text("bilinear")], version: 20) }
        == "attribute \"mode\" is \"bilinear\", expected one of \"linear\", \"nearest\", \"cubic\"")
    #expect(
      message { _ = try run(GridSample.self, [square, Tensor([1, 1, 1, 3], [0, 0, 0] as [Float])]) }
        == "input 1 has shape [1, 1, 1, 3], which is no grid for shape [1, 1, 2, 2]")
  }

  @Test func overlappingBoxesAreSuppressed() throws {
    let boxes = Tensor(
      [1, 3, 4], [0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, 10, 1, 11] as [Float])
    let scores = Tensor([1, 1, 3], [0.8, 0.9, 0.5] as [Float])
    let limit = Tensor(scalar: Int64(3))
    let overlap = Tensor(scalar: Float(0.5))
    let all = try run(NonMaxSuppression.self, [boxes, scores, limit, overlap])[0]
    #expect(all.shape == [2, 3])
    #expect(all.array(of: Int64.self) == [0, 0, 1, 0, 0, 2])
    let good = try run(NonMaxSuppression.self, [boxes, scores, limit, overlap, Tensor(scalar: Float(0.5))])[0]
    #expect(good.array(of: Int64.self) == [0, 0, 1])
    #expect(try run(NonMaxSuppression.self, [boxes, scores])[0].shape == [0, 3])
    #expect(
      message { _ = try run(NonMaxSuppression.self, [boxes, Tensor([1, 1, 2], [0, 0] as [Float])]) }
        == "input 1 has shape [1, 1, 2], expected scores for boxes of shape [1, 3, 4]")
  }

  @Test func regionsArePooled() throws {
    let map = Tensor([1, 1, 4, 4], (0..<16).map { Float($0) })
    let region = Tensor([1, 4], [0, 0, 4, 4] as [Float])
    let attributes: KeyValuePairs<String, Attribute> = ["output_height": .int(2), "output_width": .int(2)]
    let pooled = try run(
      RoiAlign.self, [map, region, Tensor([1], [0 as Int64])], attributes: attributes)[0]
    // Each bin is the mean of the four entries it covers.
    #expect(pooled.array(of: Float.self) == [2.5, 4.5, 10.5, 12.5])
    #expect(
      message { _ = try run(RoiAlign.self, [map, region, Tensor([1], [1 as Int64])], attributes: attributes) }
        == "input 2 has index 1, outside the 1 entries it selects from")
    let endless = Tensor([1, 4], [0, 0, .infinity, 4] as [Float])
    #expect(
      message { _ = try run(RoiAlign.self, [map, endless, Tensor([1], [0 as Int64])], attributes: attributes) }
        == "input 1 has a region of which a bin is inf pixels large")
  }
}
