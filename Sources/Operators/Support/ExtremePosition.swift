import Kernels
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

  /// The int64 positions along the axis of the largest or smallest elements. NaN comes before every number.
  func find<Element: ArithmeticElement>(
    in tensor: Tensor, isLargest: Bool, as: Element.Type, with compute: Compute
  ) throws(OperatorError) -> Tensor {
    let axis = try tensor.shape.requireAxis(axis)
    let view = AxisView(tensor.shape, axis: axis)
    var dimensions = tensor.shape.dimensions
    if keepsDimension { dimensions[axis] = 1 } else { dimensions.remove(at: axis) }
    let shape = Shape(dimensions)
    guard shape.count > 0 else { return Tensor(shape, [Int64]()) }
    guard view.length > 0 else {
      throw .input(0, "has shape \(tensor.shape): axis \(axis) has no elements to choose from")
    }
    var builder = TensorBuilder<Int64>(shape)
    var output = builder.span
    if Element.self == Float.self {
      find(in: tensor.span(of: Float.self), view, isLargest, into: &output, with: compute)
    } else {
      find(in: tensor.span(of: Element.self), view, isLargest, into: &output)
    }
    return builder.finish()
  }

  private func find(
    in elements: Span<Float>, _ view: AxisView, _ isLargest: Bool, into output: inout MutableSpan<Int64>,
    with compute: Compute
  ) {
    if isLargest {
      compute.indexOfMaximum(
        elements, outer: view.outer, count: view.length, inner: view.inner, selectsLast: selectsLast, into: &output)
    } else {
      compute.indexOfMinimum(
        elements, outer: view.outer, count: view.length, inner: view.inner, selectsLast: selectsLast, into: &output)
    }
  }

  private func find<Element: ArithmeticElement>(
    in elements: Span<Element>, _ view: AxisView, _ isLargest: Bool, into output: inout MutableSpan<Int64>
  ) {
    for index in output.indices {
      let start = index / view.inner * view.length * view.inner + index % view.inner
      var best = 0
      for position in 1..<view.length {
        let candidate = elements[start + position * view.inner]
        let current = elements[start + best * view.inner]
        if replaces(candidate, current, isLargest) { best = position }
      }
      output[index] = Int64(best)
    }
  }

  private func replaces<Element: ArithmeticElement>(_ candidate: Element, _ current: Element, _ isLargest: Bool) -> Bool
  {
    if candidate.isNotANumber || current.isNotANumber {
      return candidate.isNotANumber && (selectsLast || !current.isNotANumber)
    }
    if candidate == current { return selectsLast }
    return isLargest ? candidate > current : candidate < current
  }
}
