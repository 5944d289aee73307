import Tensors

/// Several operands seen under one shape, each with strides of its own.
struct OperandLayout {
  /// The sizes, outermost first; none is 1, and neighbours are merged where every operand allows it.
  private(set) var dimensions: [Int] = []
  /// The strides of each operand, in elements: one list per operand.
  private(set) var strides: [[Int]]

  init(_ dimensions: [Int], strides operands: [[Int]]) {
    strides = operands.map { _ in [] }
    for axis in dimensions.indices where dimensions[axis] != 1 {
      let merges =
        !self.dimensions.isEmpty
        && operands.indices.allSatisfy { strides[$0].last == operands[$0][axis] * dimensions[axis] }
      if merges {
        self.dimensions[self.dimensions.count - 1] *= dimensions[axis]
      } else {
        self.dimensions.append(dimensions[axis])
      }
      for operand in operands.indices {
        if merges { strides[operand].removeLast() }
        strides[operand].append(operands[operand][axis])
      }
    }
  }
}

/// Visits the rows of a layout in order: the runs along its innermost axis.
struct StridedWalk {
  let rowCount: Int
  let rowLength: Int
  /// For each operand, the distance between neighbours within a row.
  let rowSteps: [Int]
  /// For each operand, where the current row starts.
  private(set) var offsets: [Int]

  private let dimensions: ArraySlice<Int>
  private let strides: [[Int]]
  private var position: [Int]

  init(_ layout: OperandLayout, offsets: [Int]) {
    dimensions = layout.dimensions.dropLast()
    strides = layout.strides
    rowLength = layout.dimensions.last ?? 1
    rowSteps = layout.strides.map { $0.last ?? 0 }
    rowCount = dimensions.reduce(1, *)
    position = [Int](repeating: 0, count: dimensions.count)
    self.offsets = offsets
  }

  /// Goes to the next row; after the last one, back to the first.
  mutating func advance() {
    for axis in dimensions.indices.reversed() {
      position[axis] += 1
      let wraps = position[axis] == dimensions[axis]
      for operand in offsets.indices {
        offsets[operand] += wraps ? -(dimensions[axis] - 1) * strides[operand][axis] : strides[operand][axis]
      }
      guard wraps else { return }
      position[axis] = 0
    }
  }
}
