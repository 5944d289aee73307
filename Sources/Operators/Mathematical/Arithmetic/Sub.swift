import Kernels
import Tensors

/// Sub (ONNX 7, 13, 14): the difference of two tensors, element by element, broadcast as NumPy does. Integers wrap around.
struct Sub: BinaryArithmeticOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Sub", versions: 7...newestOpset, inputs: 2...2)

  var kernel: BinaryFunction? { .subtract }

  func apply<Element: ArithmeticElement>(_ left: Element, _ right: Element) -> Element { left.minus(right) }
}
