import Tensors

extension OperatorInputs {
  /// The elements of an int64 or int32 input that number the entries 0 ..< `count` of something; negative ones count
  /// from the end.
  func entryIndices(_ input: Int, count: Int) throws(OperatorError) -> [Int] {
    var indices = try integers(input)
    for position in indices.indices {
      indices[position] = try normalizedIndex(indices[position], count: count, input: input)
    }
    return indices
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
