import Tensors

/// Unique (ONNX 11, 28): the distinct elements, or the distinct slices along an axis, and where they came from.
///
/// Sorted unless "sorted" is 0, which keeps the order of first occurrence. All NaNs are equal and come last.
struct Unique: Operator {
  static let schema = OperatorSchema(
    "Unique", versions: 11...newestOpset, inputs: 1...1,
    outputs: [.sameAsInput(0), .fixed(.int64), .fixed(.int64), .fixed(.int64)], bfloat16Since: 28)

  private let axis: Int?
  private let sorted: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    axis = try node.int("axis")
    sorted = try node.flag("sorted", default: true)
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let data = axis == nil ? inputs[0].reshaped([inputs[0].count]) : inputs[0]
    let axis = try data.shape.axisAttribute(axis ?? 0)
    // The slices one behind the other, each contiguous.
    let order = [axis] + data.shape.dimensions.indices.filter { $0 != axis }
    let slices = try data.transposed(order, inputs.compute)
    // Truth values compare as their bytes do.
    let comparable = data.type == .bool ? slices.reinterpreted(as: .uint8) : slices
    let groups = try SliceGroups(slices: comparable.aligned(), sorted: sorted).result(of: comparable.type)

    let length = slices.shape.count(of: 1..<slices.shape.rank)
    let distinct = try RunGather(
      slices, shape: Shape(slices.shape.replacing(axis: 0, with: groups.first.count)), runLength: length,
      starts: groups.first.map { $0 * length }
    ).result()
    let back = data.shape.dimensions.indices.map { order.firstIndex(of: $0) ?? $0 }
    return [
      try distinct.transposed(back, inputs.compute), vector(groups.first), vector(groups.inverse),
      vector(groups.counts),
    ]
  }

  private func vector(_ numbers: [Int]) -> Tensor { Tensor([numbers.count], numbers.map { Int64($0) }) }
}

/// Which slices along axis 0 are equal.
private struct SliceGroups: NumericWork {
  struct Groups {
    /// The first slice of each group.
    var first: [Int] = []
    /// The group of each slice.
    var inverse: [Int]
    /// The number of slices in each group.
    var counts: [Int] = []
  }

  let slices: Tensor
  let sorted: Bool

  func compute<Element: ArithmeticElement>(on: Element.Type) throws(OperatorError) -> Groups {
    let elements = slices.array(of: Element.self)
    let count = slices.shape[0]
    let length = slices.shape.count(of: 1..<slices.shape.rank)
    /// −1, 0 or 1 as a slice comes before, equals or comes after another.
    func compare(_ left: Int, _ right: Int) -> Int {
      for index in 0..<length {
        let (a, b) = (elements[left * length + index], elements[right * length + index])
        if a.precedes(b) { return -1 }
        if b.precedes(a) { return 1 }
      }
      return 0
    }
    let ordered = (0..<count).sorted { left, right in
      let order = compare(left, right)
      return order == 0 ? left < right : order < 0
    }

    var groups = Groups(inverse: [Int](repeating: 0, count: count))
    for slice in ordered {
      if let last = groups.first.last, compare(last, slice) == 0 {
        groups.counts[groups.counts.count - 1] += 1
      } else {
        groups.first.append(slice)
        groups.counts.append(1)
      }
      groups.inverse[slice] = groups.first.count - 1
    }
    return sorted ? groups : inOrderOfOccurrence(groups)
  }

  private func inOrderOfOccurrence(_ groups: Groups) -> Groups {
    let order = groups.first.indices.sorted { groups.first[$0] < groups.first[$1] }
    var rank = [Int](repeating: 0, count: order.count)
    for (new, old) in order.enumerated() { rank[old] = new }
    return Groups(
      first: order.map { groups.first[$0] }, inverse: groups.inverse.map { rank[$0] },
      counts: order.map { groups.counts[$0] })
  }
}
