import Tensors

/// Which keys each query attends to, and what is added to its scores.
struct AttentionMask {
  /// Added to the scores, −∞ where a key is out of bounds: float32, broadcast to [batch, heads, queries, keys].
  /// Its last axis may be shorter than the keys, of which the rest is then out of bounds.
  private let summands: Tensor?
  private let strides: [Int]
  private let scores: Shape
  private let frontier: AttentionFrontier

  /// Takes a tensor of numbers to add, or of truth values that mark the keys that are attended to. It is, or was made
  /// of, the input at `index`.
  init(
    _ tensor: Tensor?, fromInput index: Int, scores: Shape, frontier: AttentionFrontier
  ) throws(OperatorError) {
    self.scores = scores
    self.frontier = frontier
    guard let tensor else {
      summands = nil
      strides = []
      return
    }
    switch tensor.type {
    case .float32: summands = tensor
    case .bool: summands = tensor.mapped { (isVisible: Boolean) in isVisible.value ? 0 : -Float.infinity }
    default: throw .input(index, "has type \(tensor.type), expected bool or float32")
    }
    let covered = tensor.shape.dimensions.last ?? 1
    let target = Shape(scores.dimensions.dropLast() + [covered])
    guard covered <= scores[3], Shape.common(of: [target, tensor.shape]) == target.dimensions else {
      throw .input(index, "has shape \(tensor.shape), which does not broadcast to \(scores)")
    }
    strides = tensor.shape.repeatingStrides(to: target)
  }

  /// What is to be added to the scores, as one tensor that broadcasts to them, with −∞ for keys that are out of bounds; nil
  /// for nothing.
  func bias() -> Tensor? {
    guard frontier.hasBounds || (coveredKeys != 1 && coveredKeys != scores[3]) else { return summands }
    let dependsOnItem = frontier.dependsOnItem || (summands != nil && strides[0] != 0)
    let dependsOnHead = summands != nil && strides[1] != 0
    let (items, heads) = (dependsOnItem ? scores[0] : 1, dependsOnHead ? scores[1] : 1)
    let (queries, keys) = (scores[2], scores[3])
    return Tensor([items, heads, queries, keys], of: Float.self) { output in
      for index in 0..<items * heads * queries {
        let (matrix, query) = index.quotientAndRemainder(dividingBy: queries)
        var row = output._mutatingExtracting(index * keys..<(index + 1) * keys)
        write(&row, item: matrix / heads, head: matrix % heads, query: query)
      }
    }
  }

  /// The last axis of the mask, 1 for one number for all keys.
  private var coveredKeys: Int { summands?.shape.dimensions.last ?? 1 }

  /// Writes what is added to the scores of one query.
  private func write(_ row: inout MutableSpan<Float>, item: Int, head: Int, query: Int) {
    let visible = frontier.keys(item: item, query: query, count: row.count)
      .clamped(to: 0..<(coveredKeys == 1 ? row.count : coveredKeys))
    for key in row.indices { row[key] = visible.contains(key) ? 0 : -.infinity }
    guard let summands else { return }
    let numbers = summands.span(of: Float.self)
    let start = item * strides[0] + head * strides[1] + query * strides[2]
    for key in visible { row[key] = numbers[start + (coveredKeys == 1 ? 0 : key)] }
  }
}

/// The bounds that positions alone set: causality, a sliding window, and how many keys are no padding.
struct AttentionFrontier {
  var isCausal = false
  /// How many keys before and behind its own position a query sees; nil for all.
  var left: Int?
  var right: Int?
  /// For each item of the batch, how many keys come before the first query; one number for all items.
  var offsets = [0]
  /// For each item of the batch, how many keys are no padding.
  var lengths: [Int]?

  /// Whether there are any.
  var hasBounds: Bool { isCausal || left != nil || right != nil || lengths != nil }

  /// Whether they differ from one item of the batch to another.
  var dependsOnItem: Bool { lengths != nil || offsets.count > 1 }

  /// The keys among 0 ..< `count` that a query sees.
  func keys(item: Int, query: Int, count: Int) -> Range<Int> {
    let position = query + offsets[offsets.count == 1 ? 0 : item]
    var upper = lengths.map { min($0[item], count) } ?? count
    if isCausal { upper = min(upper, position + 1) }
    if let right { upper = min(upper, position + right + 1) }
    let lower = left.map { max(position - $0, 0) } ?? 0
    return lower < upper ? lower..<upper : 0..<0
  }
}
