import Kernels
import Tensors

/// Collects what a body gives in each iteration into one tensor with a new axis for the iterations (Loop, Scan).
struct ScanOutput {
  private var parts: [Tensor] = []

  mutating func append(_ part: Tensor) throws(OperatorError) {
    if let first = parts.first, first.shape != part.shape || first.type != part.type {
      throw OperatorError(
        .input,
        "the body gives \(first.type) of shape \(first.shape), then \(part.type) of shape \(part.shape), to be stacked")
    }
    parts.append(part)
  }

  /// The parts one behind the other along the new axis `axis`, which may count from the end.
  ///
  /// Without any iteration the shape of a part is not known: the result is then of shape [0] and type `fallback`.
  func stacked(axis: ParameterAxis, reversed: Bool, fallback: DataType?, _ compute: Compute) throws(OperatorError)
    -> Tensor
  {
    guard let first = parts.first else {
      guard let fallback else { throw .unsupported("no iteration tells the type of an output") }
      return try Tensor([0], [] as [Boolean]).cast(to: fallback, compute)
    }
    let axis = try axis.source.normalizedAxis(axis.value, rank: first.shape.rank + 1)
    var dimensions = first.shape.dimensions
    dimensions.insert(1, at: axis)
    let single = Shape(dimensions)
    let ordered = reversed ? parts.reversed() : parts
    return try Tensor.concatenating(ordered.map { $0.reshaped(single) }, axis: axis, compute)
  }
}

/// An axis as a parameter gives it, not yet checked against any shape.
struct ParameterAxis {
  var value: Int
  var source: ParameterSource
}
