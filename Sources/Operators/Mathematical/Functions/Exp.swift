import Kernels
import Tensors

/// Exp (ONNX 6, 13): e to the power of each element.
struct Exp: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Exp", versions: 6...newestOpset, inputs: 1...1)

  var kernel: UnaryFunction? { .exp }

  func apply<Element: RealElement>(_ x: Element) -> Element { x.exponential }
}
