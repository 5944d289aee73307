import Kernels
import Tensors

/// Sin (ONNX 7, 22): the sine of each element, in radians.
struct Sin: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Sin", versions: 7...newestOpset, inputs: 1...1, bfloat16Since: 22)

  var kernel: UnaryFunction? { .sin }

  func apply<Element: RealElement>(_ x: Element) -> Element { x.sine }
}
