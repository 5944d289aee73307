import Kernels
import Tensors

/// Abs (ONNX 6, 13): the absolute value of each element. The smallest signed integer stays as it is.
struct Abs: UnaryArithmeticOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Abs", versions: 6...newestOpset, inputs: 1...1)

  var kernel: UnaryFunction? { .absolute }

  func apply<Element: ArithmeticElement>(_ x: Element) -> Element { x.absolute }
}
