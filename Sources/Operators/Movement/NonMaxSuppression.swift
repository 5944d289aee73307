import Tensors

/// NonMaxSuppression (ONNX 10, 11): the boxes of each class in order of score, without those that overlap a better one.
///
/// Each row of the result names a batch, a class and a box.
struct NonMaxSuppression: Operator {
  static let schema = OperatorSchema(
    "NonMaxSuppression", versions: 10...newestOpset, inputs: 2...5, outputs: [.fixed(.int64)],
    float32Inputs: [0, 1, 3, 4], float16Since: nil, bfloat16Since: nil)

  private let isCentred: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    isCentred = try node.flag("center_point_box", default: false)
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let boxes = try inputs.tensor(0, of: .float32)
    let scores = try inputs.tensor(1, of: .float32)
    guard boxes.shape.rank == 3, boxes.shape[2] == 4 else {
      throw .input(0, "has shape \(boxes.shape), expected batches of boxes of 4 numbers")
    }
    let (batches, count) = (boxes.shape[0], boxes.shape[1])
    guard scores.shape.rank == 3, scores.shape[0] == batches, scores.shape[2] == count else {
      throw .input(1, "has shape \(scores.shape), expected scores for boxes of shape \(boxes.shape)")
    }
    let limit = inputs.optional(2) == nil ? 0 : try inputs.singleInteger(2)
    let overlapLimit = try threshold(inputs, 3) ?? 0
    guard (0...1).contains(overlapLimit) else { throw .input(3, "is \(overlapLimit), expected 0 to 1") }
    let scoreLimit = try threshold(inputs, 4)

    let allBoxes = detectionBoxes(boxes)
    let allScores = scores.array(of: Float.self)
    var rows: [Int64] = []
    for batch in 0..<batches {
      let own = Array(allBoxes[batch * count..<(batch + 1) * count])
      for category in 0..<scores.shape[1] {
        let start = (batch * scores.shape[1] + category) * count
        let scores = Array(allScores[start..<start + count])
        for box in select(own, scores, limit: limit, overlapLimit: overlapLimit, scoreLimit: scoreLimit) {
          rows += [Int64(batch), Int64(category), Int64(box)]
        }
      }
    }
    return [Tensor([rows.count / 3, 3], rows)]
  }

  private func threshold(_ inputs: OperatorInputs, _ index: Int) throws(OperatorError) -> Float? {
    guard inputs.optional(index) != nil else { return nil }
    let tensor = try inputs.tensor(index, of: .float32)
    guard tensor.count == 1 else { throw .input(index, "has shape \(tensor.shape), expected one element") }
    return tensor.array(of: Float.self)[0]
  }

  private func detectionBoxes(_ tensor: Tensor) -> [DetectionBox] {
    let numbers = tensor.array(of: Float.self)
    return stride(from: 0, to: numbers.count, by: 4).map {
      DetectionBox((numbers[$0], numbers[$0 + 1], numbers[$0 + 2], numbers[$0 + 3]), isCentred: isCentred)
    }
  }

  /// The boxes of one class that stay, the best first.
  private func select(
    _ boxes: [DetectionBox], _ scores: [Float], limit: Int, overlapLimit: Float, scoreLimit: Float?
  ) -> [Int] {
    let candidates = boxes.indices.filter { box in scoreLimit.map { scores[box] > $0 } ?? true }
      .sorted { left, right in
        if scores[right].precedes(scores[left]) { return true }
        return scores[left].precedes(scores[right]) ? false : left < right
      }
    var selected: [Int] = []
    for box in candidates {
      guard selected.count < limit else { break }
      if selected.allSatisfy({ boxes[box].overlap(with: boxes[$0]) <= overlapLimit }) { selected.append(box) }
    }
    return selected
  }
}
