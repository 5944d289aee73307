import Tensors

/// What ArgMax and ArgMin share: their attributes and the walk along the axis.
struct ExtremePosition {
  private let axis: Int
  private let keepsDimension: Bool
  private let selectsLast: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    axis = try node.int("axis", default: 0)
    keepsDimension = try node.flag("keepdims", default: true)
    selectsLast = try node.flag("select_last_index", default: false)
  }

  /// The int64 positions along the axis of the elements that come before all others.
  ///
  /// Inlined, so that each order gets a loop of its own.
  @inline(__always)
  func find<Element: ArithmeticElement>(
    in tensor: Tensor, _ precedes: (Element, Element) -> Bool
  ) throws(OperatorError) -> Tensor {
    let axis = try tensor.shape.requireAxis(axis)
    let view = AxisView(tensor.shape, axis: axis)
    var dimensions = tensor.shape.dimensions
    if keepsDimension { dimensions[axis] = 1 } else { dimensions.remove(at: axis) }
    guard view.length > 0 || Shape(dimensions).count == 0 else {
      throw .input(0, "has shape \(tensor.shape): axis \(axis) has no elements to choose from")
    }
    let elements = tensor.span(of: Element.self)
    var builder = TensorBuilder<Int64>(Shape(dimensions))
    var output = builder.span
    for index in output.indices {
      let start = index / view.inner * view.length * view.inner + index % view.inner
      var best = 0
      for position in 1..<max(1, view.length) {
        let candidate = elements[start + position * view.inner]
        let current = elements[start + best * view.inner]
        if precedes(candidate, current) || (selectsLast && candidate == current) { best = position }
      }
      output[index] = Int64(best)
    }
    return builder.finish()
  }
}
