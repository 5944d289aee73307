import Kernels
import Tensors

/// Add (ONNX 7, 13, 14): the sum of two tensors, element by element, broadcast as NumPy does. Integers wrap around.
struct Add: BinaryArithmeticOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Add", versions: 7...newestOpset, inputs: 2...2)

  var quantization: QuantizationRule { .elementwise(inputs: [0, 1]) }

  var kernel: BinaryFunction? { .add }

  func apply<Element: ArithmeticElement>(_ left: Element, _ right: Element) -> Element { left.plus(right) }
}
