import Kernels
import Tensors

/// Softplus (ONNX 1, 22): ln(1 + e^x), without overflow.
struct Softplus: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Softplus", versions: 1...newestOpset, inputs: 1...1, bfloat16Since: 22)

  var kernel: UnaryFunction? { .softplus }

  func apply<Element: RealElement>(_ x: Element) -> Element { softplus(x) }
}
