import Kernels
import Tensors

/// The shapes of a node's product, kept from one run to the next.
struct MatrixProductShapes: Sendable {
  /// Whether the second input is the transpose of the matrix that is multiplied with.
  var transposesRight = false
  private let latest = LatestResult<ShapePair, MatrixProductShape>()

  /// The shape of the product of two inputs, the second of which is at `rightIndex` among those of the node.
  func shape(_ left: Shape, _ right: Shape, rightIndex: Int = 1) throws(OperatorError) -> MatrixProductShape {
    try latest.value(for: ShapePair(first: left, second: right)) { () throws(OperatorError) in
      let right = transposesRight && right.rank == 2 ? [right[1], right[0]] : right
      return try MatrixProductShape(left, right, rightIndex: rightIndex)
    }
  }
}

/// How the matrices of two tensors meet in a product as NumPy's `matmul` defines it.
struct MatrixProductShape: Sendable {
  /// The rows of each left matrix, all those that meet the same right matrix taken together.
  let rows: Int
  /// The columns of a left and the rows of a right matrix.
  let depth: Int
  let columns: Int
  /// Which left matrix of `rows` rows meets which right matrix, in the order of the results.
  let pairs: [(left: Int, right: Int)]
  let output: Shape
  /// The rows of one matrix of input 0.
  let rowsPerMatrix: Int

  /// Takes the shapes of two inputs; `rightIndex` is the position of the second one among the node's inputs.
  init(_ left: Shape, _ right: Shape, rightIndex: Int = 1) throws(OperatorError) {
    guard left.rank > 0 else { throw .input(0, "has shape [], expected at least one axis") }
    guard right.rank > 0 else { throw .input(rightIndex, "has shape [], expected at least one axis") }
    let a = left.rank == 1 ? [1, left[0]] : left.dimensions
    let b = right.rank == 1 ? [right[0], 1] : right.dimensions
    guard a[a.count - 1] == b[b.count - 2] else {
      throw .input(
        rightIndex,
        "has shape \(right), whose \(b[b.count - 2]) rows do not meet the \(a[a.count - 1]) columns of "
          + "input 0, which has shape \(left)")
    }
    rowsPerMatrix = a[a.count - 2]
    depth = a[a.count - 1]
    columns = b[b.count - 1]
    let (batchA, batchB) = (Array(a.dropLast(2)), Array(b.dropLast(2)))
    let batch = try Self.broadcast(batchA, batchB, left, right, rightIndex)
    let kept = (left.rank == 1 ? [] : [rowsPerMatrix]) + (right.rank == 1 ? [] : [columns])
    guard let output = Shape(fittingMemory: batch + kept) else {
      throw .input(rightIndex, "leads to an output of \(batch + kept), which is too large")
    }
    self.output = output
    let count = batch.reduce(1, *)
    if batchB.allSatisfy({ $0 == 1 }) {
      rows = count * rowsPerMatrix
      pairs = count == 0 ? [] : [(0, 0)]
    } else {
      rows = rowsPerMatrix
      pairs = (0..<count).map { (Self.source($0, of: batchA, in: batch), Self.source($0, of: batchB, in: batch)) }
    }
  }

  private static func broadcast(
    _ a: [Int], _ b: [Int], _ left: Shape, _ right: Shape, _ rightIndex: Int
  ) throws(OperatorError) -> [Int] {
    let rank = max(a.count, b.count)
    let paddedA = [Int](repeating: 1, count: rank - a.count) + a
    let paddedB = [Int](repeating: 1, count: rank - b.count) + b
    for (x, y) in zip(paddedA, paddedB) where x != y && x != 1 && y != 1 {
      throw .input(rightIndex, "has shape \(right), which does not broadcast with shape \(left) of input 0")
    }
    return zip(paddedA, paddedB).map { $0 == 1 ? $1 : $0 }
  }

  /// The index among the matrices of a tensor with batch axes `own` of the one at `index` of the broadcast batch.
  private static func source(_ index: Int, of own: [Int], in batch: [Int]) -> Int {
    var (rest, result, stride) = (index, 0, 1)
    for axis in batch.indices.reversed() {
      let coordinate = rest % batch[axis]
      rest /= batch[axis]
      let ownAxis = axis - (batch.count - own.count)
      guard ownAxis >= 0 else { continue }
      if own[ownAxis] != 1 { result += coordinate * stride }
      stride *= own[ownAxis]
    }
    return result
  }
}
