import Kernels
import Tensors

/// Round (ONNX 11, 22): each element rounded to the nearest integer, halves to the even one.
struct Round: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Round", versions: 11...newestOpset, inputs: 1...1, bfloat16Since: 22)

  var kernel: UnaryFunction? { .round }

  func apply<Element: RealElement>(_ x: Element) -> Element { x.rounded(.toNearestOrEven) }
}
