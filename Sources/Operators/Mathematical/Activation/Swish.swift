import Kernels
import Tensors

/// Swish (ONNX 24): x / (1 + e^(−`alpha` · x)).
struct Swish: UnaryRealOperator {
  static let schema = OperatorSchema("Swish", versions: 24...newestOpset, inputs: 1...1, bfloat16Since: 24)

  private let alpha: Float

  init(_ node: NodeReader) throws(OperatorError) {
    alpha = try node.float("alpha", default: 1)
  }

  var kernel: UnaryFunction? { .silu(factor: alpha) }

  func apply<Element: RealElement>(_ x: Element) -> Element {
    x / (1 + (-Element(alpha) * x).exponential)
  }
}
