import Kernels
import Tensors

/// Tanh (ONNX 6, 13): the hyperbolic tangent of each element.
struct Tanh: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Tanh", versions: 6...newestOpset, inputs: 1...1)

  var kernel: UnaryFunction? { .tanh }

  func apply<Element: RealElement>(_ x: Element) -> Element { x.hyperbolicTangent }
}
