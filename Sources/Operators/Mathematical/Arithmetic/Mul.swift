import Kernels
import Tensors

/// Mul (ONNX 7, 13, 14): the product of two tensors, element by element, broadcast as NumPy does. Integers wrap around.
struct Mul: BinaryArithmeticOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Mul", versions: 7...newestOpset, inputs: 2...2)

  var quantization: QuantizationRule { .elementwise(inputs: [0, 1]) }

  var kernel: BinaryFunction? { .multiply }

  func apply<Element: ArithmeticElement>(_ left: Element, _ right: Element) -> Element { left.times(right) }
}
