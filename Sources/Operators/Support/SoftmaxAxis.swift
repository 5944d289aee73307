import Tensors

/// The axis of Softmax, LogSoftmax and Hardmax.
///
/// Before version 13 it splits the input into a matrix, whose rows are what is normalised; from then on the lines
/// along the one axis are.
struct SoftmaxAxis {
  private let axis: Int
  private let flattens: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    flattens = node.version < 13
    axis = try node.int("axis", default: flattens ? 1 : -1)
  }

  func view(of shape: Shape) throws(OperatorError) -> AxisView {
    let axis = try shape.requireAxis(axis)
    return flattens ? AxisView(shape, flattenedFrom: axis) : AxisView(shape, axis: axis)
  }
}

extension Array where Element: RealElement {
  /// The largest element, NaN if any is NaN.
  var peak: Element { reduce(-.infinity) { .larger($0, $1) } }
}
