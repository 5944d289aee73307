import Tensors

/// Sign (ONNX 9, 13): −1, 0 or 1 by the sign of each element; NaN stays NaN.
struct Sign: UnaryArithmeticOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Sign", versions: 9...newestOpset, inputs: 1...1)

  func apply<Element: ArithmeticElement>(_ x: Element) -> Element { x.signum }
}
