import Kernels
import Tensors

/// Log (ONNX 6, 13): the natural logarithm of each element.
struct Log: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Log", versions: 6...newestOpset, inputs: 1...1)

  var kernel: UnaryFunction? { .log }

  func apply<Element: RealElement>(_ x: Element) -> Element { x.logarithm }
}
