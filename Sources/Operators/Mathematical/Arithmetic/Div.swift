import Kernels
import Tensors

/// Div (ONNX 7, 13, 14): the quotient of two tensors, element by element, broadcast as NumPy does.
///
/// Integers are rounded toward zero and must not be divided by 0.
struct Div: BinaryArithmeticOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Div", versions: 7...newestOpset, inputs: 2...2)

  var kernel: BinaryFunction? { .divide }

  func apply<Element: ArithmeticElement>(_ left: Element, _ right: Element) -> Element { left.quotient(by: right) }

  func run<Element: ArithmeticElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    try inputs.requireIntegerDivisors(1, of: Element.self)
    return try combine(inputs, as: Element.self)
  }
}
