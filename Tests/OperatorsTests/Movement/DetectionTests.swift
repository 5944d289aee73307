import ModelGraph
import Tensors
import Testing

@testable import Operators

/// NonMaxSuppression, RoiAlign.
@Suite struct DetectionTests {
  @Test func boxesComeInOrderOfScoreAndThenOfTheirNumber() throws {
    let count = 40
    let corners = (0..<count).flatMap { (box: Int) -> [Float] in [Float(2 * box), 0, Float(2 * box + 1), 1] }
    let boxes = Tensor([1, count, 4], corners)
    let scores = (0..<count).map { (box: Int) -> Float in
      if box == 7 { return .nan }
      return box == 9 ? -0.0 : Float(box * 13 % 5) - 2
    }
    let rows = try run(
      NonMaxSuppression.self,
      [boxes, Tensor([1, 1, count], scores), Tensor(scalar: Int64(count)), Tensor(scalar: Float(0.5))])[0]
      .array(of: Int64.self)
    let expected = (0..<count).sorted { left, right in
      let (a, b) = (scores[left], scores[right])
      // NaN is the best of all.
      return a.isNaN || (!b.isNaN && (a > b || (a == b && left < right)))
    }
    #expect(stride(from: 2, to: rows.count, by: 3).map { Int(rows[$0]) } == expected)
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
