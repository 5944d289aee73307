import Kernels
import Tensors

/// Ceil (ONNX 6, 13): each element rounded up.
struct Ceil: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Ceil", versions: 6...newestOpset, inputs: 1...1)

  var kernel: UnaryFunction? { .ceiling }

  func apply<Element: RealElement>(_ x: Element) -> Element { x.rounded(.up) }
}
