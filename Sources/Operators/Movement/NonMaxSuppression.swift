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

    guard count <= Int(UInt32.max) else { throw .unsupported("more than \(UInt32.max) boxes are not supported") }
    let numbers = boxes.aligned()
    let allScores = scores.aligned()
    var rows: [Int64] = []
    for batch in 0..<batches {
      let own = numbers.span(of: Float.self).extracting(4 * batch * count..<4 * (batch + 1) * count)
      for category in 0..<scores.shape[1] {
        let start = (batch * scores.shape[1] + category) * count
        let scores = allScores.span(of: Float.self).extracting(start..<start + count)
        let candidates = candidates(scores, above: scoreLimit)
        for box in select(candidates, of: own, limit: limit, overlapLimit: overlapLimit) {
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

  /// The boxes of one class that may be selected, the best first.
  private func candidates(_ scores: Span<Float>, above limit: Float?) -> MinimumHeap {
    var keys: [UInt64] = []
    if let limit {
      for box in scores.indices where scores[box] > limit { keys.append(key(of: box, score: scores[box])) }
    } else {
      for box in scores.indices { keys.append(key(of: box, score: scores[box])) }
    }
    return MinimumHeap(keys)
  }

  /// A number that is the smaller, the larger the score. Boxes of one score stay in order.
  private func key(of box: Int, score: Float) -> UInt64 { (UInt64(UInt32.max) - score.rank) << 32 | UInt64(box) }

  /// The boxes of one class that stay, the best first.
  private func select(
    _ candidates: MinimumHeap, of numbers: Span<Float>, limit: Int, overlapLimit: Float
  ) -> [Int] {
    var candidates = candidates
    var boxes: [DetectionBox] = []
    var selected: [Int] = []
    while selected.count < limit, let key = candidates.popFirst() {
      let index = Int(key & UInt64(UInt32.max))
      let box = DetectionBox(
        (numbers[4 * index], numbers[4 * index + 1], numbers[4 * index + 2], numbers[4 * index + 3]),
        isCentred: isCentred)
      guard boxes.allSatisfy({ box.overlap(with: $0) <= overlapLimit }) else { continue }
      boxes.append(box)
      selected.append(index)
    }
    return selected
  }
}
