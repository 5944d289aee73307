import Kernels
import Tensors

/// Erf (ONNX 9, 13): the error function of each element.
struct Erf: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Erf", versions: 9...newestOpset, inputs: 1...1)

  var kernel: UnaryFunction? { .erf }

  func apply<Element: RealElement>(_ x: Element) -> Element { x.errorFunction }
}
