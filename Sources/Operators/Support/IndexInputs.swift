import Tensors

extension OperatorInputs {
  /// The elements of an int64 or int32 input that number the entries 0 ..< `count` of something; negative ones count
  /// from the end.
  func entryIndices(_ input: Int, count: Int) throws(OperatorError) -> [Int] {
    var indices = try integers(input)
    try normalize(&indices, count: count, input: input)
    return indices
  }

  private func normalize(_ indices: inout [Int], count: Int, input: Int) throws(OperatorError) {
    var entries = indices.mutableSpan
    for position in entries.indices {
      let entry = entries[position]
      if entry >= 0, entry < count { continue }
      entries[position] = try normalizedIndex(entry, count: count, input: input)
    }
  }

  /// Turns an index of −count ..< count, found in an input, into one of 0 ..< count.
  func normalizedIndex(_ index: Int, count: Int, input: Int) throws(OperatorError) -> Int {
    let positive = index < 0 ? index + count : index
    guard positive >= 0, positive < count else {
      throw .input(input, "has index \(index), outside the \(count) entries it selects from")
    }
    return positive
  }
}
