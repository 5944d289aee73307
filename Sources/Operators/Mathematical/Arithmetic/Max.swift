import Kernels
import Tensors

/// Max (ONNX 8, 12, 13): the largest of the inputs, NaN where one is NaN, element by element, broadcast as NumPy does.
struct Max: VariadicOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Max", versions: 6...newestOpset, inputs: 1...Int.max)

  var kernel: BinaryFunction { .maximum }

  func combine<Element: ArithmeticElement>(_ left: Element, _ right: Element) -> Element { .larger(left, right) }
}
