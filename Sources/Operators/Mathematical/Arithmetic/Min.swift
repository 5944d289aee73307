import Kernels
import Tensors

/// Min (ONNX 8, 12, 13): the smallest of the inputs, NaN where one is NaN, element by element, broadcast as NumPy does.
struct Min: VariadicOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Min", versions: 6...newestOpset, inputs: 1...Int.max)

  var kernel: BinaryFunction { .minimum }

  func combine<Element: ArithmeticElement>(_ left: Element, _ right: Element) -> Element { .smaller(left, right) }
}
