import Kernels
import Tensors

/// Neg (ONNX 6, 13): minus each element. The smallest signed integer stays as it is.
struct Neg: UnaryArithmeticOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Neg", versions: 6...newestOpset, inputs: 1...1)

  var kernel: UnaryFunction? { .negate }

  func apply<Element: ArithmeticElement>(_ x: Element) -> Element { Element.zero.minus(x) }
}
