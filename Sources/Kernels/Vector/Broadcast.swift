public import Tensors

/// How two dense arrays meet element by element under the broadcasting rules of ONNX and NumPy: shapes are aligned at
/// their last axes, and a dimension of 1 repeats to match the other.
///
/// Neighbouring axes that both arrays walk in the same way are joined, so that rows are as long as can be.
public struct Broadcast: Sendable, Hashable {
  /// The shape of the result.
  public let shape: Shape

  /// An axis of the result, with the distance in elements between neighbours in each operand: 0 where it repeats.
  struct Axis: Sendable, Hashable {
    var count: Int
    var firstStride: Int
    var secondStride: Int
  }

  /// The innermost axis. Its strides are 0 or 1.
  let columns: Axis
  /// The axis around it.
  let rows: Axis
  /// The axes around these, outermost first.
  let outer: [Axis]
  let firstCount: Int
  let secondCount: Int

  /// Makes the plan; nil where two dimensions differ and neither is 1, or the result does not fit in memory.
  public init?(_ first: Shape, _ second: Shape) {
    if first == second { self.init(equal: first) } else { self.init(aligning: first, second) }
  }

  private init?(aligning first: Shape, _ second: Shape) {
    let rank = max(first.rank, second.rank)
    var dimensions: [Int] = []
    var axes: [Axis] = []
    for axis in 0..<rank {
      let (a, aStride) = first.aligned(axis, rank: rank)
      let (b, bStride) = second.aligned(axis, rank: rank)
      guard a == b || a == 1 || b == 1 else { return nil }
      let count = a == 1 ? b : a
      dimensions.append(count)
      axes.append(Axis(count: count, firstStride: a == 1 ? 0 : aStride, secondStride: b == 1 ? 0 : bStride))
    }
    guard let shape = Shape(fittingMemory: dimensions) else { return nil }
    self.shape = shape
    firstCount = first.count
    secondCount = second.count
    var joined = Self.joining(axes)
    let unit = Axis(count: 1, firstStride: 0, secondStride: 0)
    columns = joined.popLast() ?? unit
    rows = joined.popLast() ?? unit
    outer = joined
  }

  /// The plan for arrays of one shape: a single row, or none of no elements.
  private init(equal shape: Shape) {
    self.shape = shape
    firstCount = shape.count
    secondCount = shape.count
    columns = Axis(count: shape.count, firstStride: 1, secondStride: 1)
    rows = Axis(count: 1, firstStride: 0, secondStride: 0)
    outer = []
  }

  /// Drops axes of one element and joins those that are walked as one.
  private static func joining(_ axes: [Axis]) -> [Axis] {
    var joined: [Axis] = []
    for axis in axes where axis.count != 1 {
      if let last = joined.last, last.firstStride == axis.firstStride * axis.count,
        last.secondStride == axis.secondStride * axis.count
      {
        joined[joined.count - 1] = Axis(
          count: last.count * axis.count, firstStride: axis.firstStride, secondStride: axis.secondStride)
      } else {
        joined.append(axis)
      }
    }
    return joined
  }

  /// A row of the result: `count` elements from `start`, and where the operands' elements for it lie.
  public struct Run: Sendable, Hashable {
    public let start: Int
    public let count: Int
    public let firstStart: Int
    /// 1, or 0 where one element of the first operand serves for the whole row.
    public let firstStride: Int
    public let secondStart: Int
    /// 1, or 0 where one element of the second operand serves for the whole row.
    public let secondStride: Int
  }

  /// The rows of the whole result.
  public var rowCount: Int { columns.count == 0 ? 0 : shape.count / columns.count }

  /// The row of the result at this index.
  public func run(_ row: Int) -> Run {
    let (block, rowInBlock) = row.quotientAndRemainder(dividingBy: rows.count)
    let (first, second) = starts(ofBlock: block)
    return Run(
      start: row * columns.count, count: columns.count,
      firstStart: first + rowInBlock * rows.firstStride, firstStride: columns.firstStride,
      secondStart: second + rowInBlock * rows.secondStride, secondStride: columns.secondStride)
  }

  /// Where the operands' elements begin for the rows with the outer index `block`.
  func starts(ofBlock block: Int) -> (first: Int, second: Int) {
    var (rest, first, second) = (block, 0, 0)
    for axis in outer.reversed() {
      let (quotient, index) = rest.quotientAndRemainder(dividingBy: axis.count)
      first += index * axis.firstStride
      second += index * axis.secondStride
      rest = quotient
    }
    return (first, second)
  }
}

extension Shape {
  /// Dimension and stride of an axis counted in a shape of `rank` dimensions that this one is aligned to.
  fileprivate func aligned(_ axis: Int, rank: Int) -> (dimension: Int, stride: Int) {
    let own = axis - (rank - self.rank)
    return own < 0 ? (1, 0) : (self[own], count(of: own + 1..<self.rank))
  }
}
