import Kernels
import Tensors

/// Mish (ONNX 18, 22): x · tanh(ln(1 + e^x)).
struct Mish: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Mish", versions: 18...newestOpset, inputs: 1...1, bfloat16Since: 22)

  var kernel: UnaryFunction? { .mish }

  func apply<Element: RealElement>(_ x: Element) -> Element { x * softplus(x).hyperbolicTangent }
}
