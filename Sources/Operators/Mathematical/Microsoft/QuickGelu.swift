import Kernels
import Tensors

/// QuickGelu (com.microsoft 1): x / (1 + e^(−`alpha` · x)).
struct QuickGelu: UnaryRealOperator {
  static let schema = OperatorSchema(
    "QuickGelu", domain: "com.microsoft", versions: 1...1, inputs: 1...1, bfloat16Since: 1)

  private let alpha: Float

  init(_ node: NodeReader) throws(OperatorError) { alpha = try node.float("alpha", default: 1.702) }

  var kernel: UnaryFunction? { .silu(factor: alpha) }

  func apply<Element: RealElement>(_ x: Element) -> Element { x / (1 + (-Element(alpha) * x).exponential) }
}
