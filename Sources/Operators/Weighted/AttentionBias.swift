import Tensors

/// What is added to the scores of attention: a mask, and −∞ where a query must not see a key.
struct AttentionBias {
  private let mask: Tensor?
  /// Elements from one item, head, query and key of the mask to the next.
  private let strides: [Int]
  private let maskedKeys: Int
  /// For each item of the batch how many keys come before the first query.
  let offsets: [Int]
  /// For each item of the batch how many keys there are.
  let keyCounts: [Int]
  let isCausal: Bool
  let leftWindow: Int?
  let rightWindow: Int?

  /// Checks a mask that broadcasts to `shape`: batch, heads, queries, keys.
  init(
    mask: Tensor?, shape: [Int], offsets: [Int], keyCounts: [Int], isCausal: Bool, leftWindow: Int?,
    rightWindow: Int?
  ) throws(OperatorError) {
    self.mask = mask
    self.offsets = offsets
    self.keyCounts = keyCounts
    self.isCausal = isCausal
    self.leftWindow = leftWindow
    self.rightWindow = rightWindow
    guard let mask else {
      (strides, maskedKeys) = ([], 0)
      return
    }
    let dimensions = [Int](repeating: 1, count: max(0, 4 - mask.shape.rank)) + mask.shape.dimensions
    guard mask.type == .bool || mask.type == .float32, dimensions.count == 4,
      zip(dimensions, shape).dropLast().allSatisfy({ $0 == 1 || $0 == $1 }), dimensions[3] <= shape[3]
    else { throw .input(3, "is \(mask.type) of shape \(mask.shape), which is no mask for scores of shape \(shape)") }
    let dense = Shape(dimensions).strides
    strides = zip(dimensions, dense).map { $0 == 1 ? 0 : $1 }
    maskedKeys = dimensions[3]
  }

  /// Adds the bias to the scores of one query; returns whether it may see any key.
  func add(to scores: inout MutableSpan<Float>, item: Int, head: Int, query: Int) -> Bool {
    let position = query + offsets[item]
    var seesAny = false
    for key in scores.indices {
      var bias: Float = isVisible(key, from: position, item: item) ? 0 : -.infinity
      if let mask { bias += value(of: mask, item: item, head: head, query: query, key: key) }
      if bias != -.infinity { seesAny = true }
      scores[key] += bias
    }
    return seesAny
  }

  private func isVisible(_ key: Int, from position: Int, item: Int) -> Bool {
    guard key < keyCounts[item] else { return false }
    if isCausal, key > position { return false }
    if let leftWindow, position - key > leftWindow { return false }
    if let rightWindow, key - position > rightWindow { return false }
    return true
  }

  private func value(of mask: Tensor, item: Int, head: Int, query: Int, key: Int) -> Float {
    guard key < maskedKeys else { return -.infinity }
    let place = item * strides[0] + head * strides[1] + query * strides[2] + key * strides[3]
    if mask.type == .float32 { return mask.span(of: Float.self)[place] }
    return mask.bits(as: UInt8.self)[place] != 0 ? 0 : -.infinity
  }
}
