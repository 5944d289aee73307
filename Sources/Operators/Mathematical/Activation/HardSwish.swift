import Kernels
import Tensors

/// HardSwish (ONNX 14, 22): x · max(0, min(1, x / 6 + 1/2)).
struct HardSwish: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("HardSwish", versions: 14...newestOpset, inputs: 1...1, bfloat16Since: 22)

  var kernel: UnaryFunction? { .hardSwish }

  func apply<Element: RealElement>(_ x: Element) -> Element { x * .larger(0, .smaller(1, x / 6 + 0.5)) }
}
