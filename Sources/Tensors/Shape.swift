/// The dimensions of a tensor, outermost first. Rank 0 is a scalar; a dimension of 0 makes the tensor empty.
public struct Shape: Hashable, Sendable {
  public private(set) var dimensions: [Int]

  /// The number of elements: the product of the dimensions, 1 for a scalar.
  public let count: Int

  /// Makes a shape; nil where a dimension is negative or the product does not fit in `Int`.
  public init?(validating dimensions: [Int]) {
    var count = 1
    var nonzero = 1
    for dimension in dimensions {
      guard dimension >= 0 else { return nil }
      count = count &* dimension
      let (product, overflow) = nonzero.multipliedReportingOverflow(by: max(dimension, 1))
      guard !overflow else { return nil }
      nonzero = product
    }
    self.dimensions = dimensions
    self.count = count
  }

  /// Makes a shape of dimensions that are known to be valid.
  public init(_ dimensions: [Int]) {
    guard let shape = Shape(validating: dimensions) else {
      preconditionFailure("not a shape: \(dimensions)")
    }
    self = shape
  }

  public static let scalar = Shape([])
  @inlinable public var rank: Int { dimensions.count }
  @inlinable public subscript(_ axis: Int) -> Int { dimensions[axis] }

  /// Row-major strides in elements: the distance between neighbours along each axis.
  public var strides: [Int] {
    var strides = dimensions
    var inner = 1
    for axis in strides.indices.reversed() {
      let size = strides[axis]
      strides[axis] = inner
      inner *= size
    }
    return strides
  }

  /// The product of the dimensions in `range`.
  public func count(of range: Range<Int>) -> Int { dimensions[range].reduce(1, *) }

  /// Turns an axis of −rank ..< rank into one of 0 ..< rank; nil where it lies outside.
  public func normalized(axis: Int) -> Int? {
    let positive = axis < 0 ? axis + rank : axis
    return (0..<rank).contains(positive) ? positive : nil
  }
}

extension Shape: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: Int...) { self.init(elements) }
}

extension Shape: CustomStringConvertible {
  public var description: String { "[\(dimensions.map(String.init).joined(separator: ", "))]" }
}
