import Kernels
import Tensors

/// Sqrt (ONNX 6, 13): the square root of each element, NaN below 0.
struct Sqrt: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Sqrt", versions: 6...newestOpset, inputs: 1...1)

  var kernel: UnaryFunction? { .squareRoot }

  func apply<Element: RealElement>(_ x: Element) -> Element { x.squareRoot() }
}
