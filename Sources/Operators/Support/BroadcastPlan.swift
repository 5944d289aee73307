import Tensors

/// How tensors of different shapes are walked together, the way NumPy broadcasts.
///
/// Neighbouring axes along which the same operands move are merged; the two innermost ones that are left make a
/// block of rows and columns. The result is dense: its blocks and rows follow one another.
struct BroadcastPlan {
  /// The shape of the result.
  let shape: Shape
  let blocks: Int
  let rows: Int
  let columns: Int

  /// The step of each operand from one row of a block to the next, in elements.
  let rowStrides: [Int]
  /// The step of each operand along a row: 1, or 0 where one element stands for the whole row.
  let columnStrides: [Int]
  /// The axes outside the blocks, innermost first.
  private let outer: [Axis]

  private struct Axis {
    var count: Int
    var strides: [Int]
  }

  init(_ operands: [Shape]) throws(OperatorError) {
    shape = try Self.broadcastShape(of: operands)
    var axes = Self.mergedAxes(of: shape, operands)
    let still = Axis(count: 1, strides: operands.map { _ in 0 })
    let inner = axes.isEmpty ? still : axes.removeFirst()
    let middle = axes.isEmpty ? still : axes.removeFirst()
    columns = inner.count
    columnStrides = inner.strides
    rows = middle.count
    rowStrides = middle.strides
    outer = axes
    blocks = shape.count == 0 ? 0 : axes.reduce(1) { $0 * $1.count }
  }

  /// The position in an operand at which a block begins.
  func start(of operand: Int, block: Int) -> Int {
    var rest = block
    var position = 0
    for axis in outer {
      position += rest % axis.count * axis.strides[operand]
      rest /= axis.count
    }
    return position
  }

  /// The shape that all the shapes broadcast to.
  static func broadcastShape(of shapes: [Shape]) throws(OperatorError) -> Shape {
    let rank = shapes.map(\.rank).max() ?? 0
    var dimensions = [Int](repeating: 1, count: rank)
    for shape in shapes {
      for (axis, dimension) in zip((rank - shape.rank)..<rank, shape.dimensions) where dimension != 1 {
        guard dimensions[axis] == 1 || dimensions[axis] == dimension else { throw mismatch(shapes) }
        dimensions[axis] = dimension
      }
    }
    guard let result = Shape(validating: dimensions) else { throw mismatch(shapes) }
    return result
  }

  private static func mismatch(_ shapes: [Shape]) -> OperatorError {
    let names = shapes.map(\.description)
    let list = names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
    return OperatorError(.input, "inputs of shapes \(list) do not broadcast")
  }

  /// The axes of more than one element with the strides of each operand, innermost first.
  private static func mergedAxes(of shape: Shape, _ operands: [Shape]) -> [Axis] {
    var axes: [Axis] = []
    var movingBefore: [Bool] = []
    var extents = operands.map { _ in 1 }
    for axis in shape.dimensions.indices.reversed() where shape[axis] != 1 {
      let moving = operands.map { operand in
        let own = axis - (shape.rank - operand.rank)
        return own >= 0 && operand[own] != 1
      }
      if !axes.isEmpty, moving == movingBefore {
        axes[axes.count - 1].count *= shape[axis]
      } else {
        let strides = operands.indices.map { moving[$0] ? extents[$0] : 0 }
        axes.append(Axis(count: shape[axis], strides: strides))
      }
      for operand in operands.indices where moving[operand] { extents[operand] *= shape[axis] }
      movingBefore = moving
    }
    return axes
  }
}

extension OperatorInputs {
  /// Checks that an input broadcasts to the shape of input 0 (ONNX calls it unidirectional).
  func requireBroadcast(_ index: Int) throws(OperatorError) {
    guard try BroadcastPlan.broadcastShape(of: [self[0].shape, self[index].shape]) == self[0].shape else {
      throw .input(index, "has shape \(self[index].shape), which does not broadcast to \(self[0].shape)")
    }
  }
}
