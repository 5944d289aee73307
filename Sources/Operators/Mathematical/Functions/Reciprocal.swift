import Kernels
import Tensors

/// Reciprocal (ONNX 6, 13): 1 / x for each element.
struct Reciprocal: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Reciprocal", versions: 6...newestOpset, inputs: 1...1)

  var kernel: UnaryFunction? { .reciprocal }

  func apply<Element: RealElement>(_ x: Element) -> Element { 1 / x }
}
