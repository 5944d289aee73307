import Kernels
import Tensors

/// Softsign (ONNX 1, 22): x / (1 + |x|).
struct Softsign: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Softsign", versions: 1...newestOpset, inputs: 1...1, bfloat16Since: 22)

  var kernel: UnaryFunction? { .softsign }

  func apply<Element: RealElement>(_ x: Element) -> Element { x / (1 + x.magnitude) }
}
