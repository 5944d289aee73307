import Kernels
import Tensors

/// Cos (ONNX 7, 22): the cosine of each element, in radians.
struct Cos: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Cos", versions: 7...newestOpset, inputs: 1...1, bfloat16Since: 22)

  var kernel: UnaryFunction? { .cos }

  func apply<Element: RealElement>(_ x: Element) -> Element { x.cosine }
}
