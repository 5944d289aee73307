import Kernels
import Tensors

/// Mish (internal): what Mish of ONNX 18 is, for models of earlier versions that spell it out.
struct InternalMish: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Mish", domain: internalDomain, inputs: 1...1)

  var kernel: UnaryFunction? { .mish }

  func apply<Element: RealElement>(_ x: Element) -> Element { x * softplus(x).hyperbolicTangent }
}
