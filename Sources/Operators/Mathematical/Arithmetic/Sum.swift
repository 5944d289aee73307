import Kernels
import Tensors

/// Sum (ONNX 8, 13): the sum of the inputs, element by element, broadcast as NumPy does.
struct Sum: VariadicOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Sum", versions: 6...newestOpset, inputs: 1...Int.max)

  var kernel: BinaryFunction { .add }

  func combine<Element: ArithmeticElement>(_ left: Element, _ right: Element) -> Element { left.plus(right) }
}
