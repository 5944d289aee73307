import Kernels
import Tensors

/// Floor (ONNX 6, 13): each element rounded down.
struct Floor: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Floor", versions: 6...newestOpset, inputs: 1...1)

  var kernel: UnaryFunction? { .floor }

  func apply<Element: RealElement>(_ x: Element) -> Element { x.rounded(.down) }
}
