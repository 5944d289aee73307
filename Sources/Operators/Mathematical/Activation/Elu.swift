import Kernels
import Tensors

/// Elu (ONNX 6, 22): x above 0, `alpha` · (e^x − 1) below.
struct Elu: UnaryRealOperator {
  static let schema = OperatorSchema("Elu", versions: 6...newestOpset, inputs: 1...1, bfloat16Since: 22)

  private let alpha: Float

  init(_ node: NodeReader) throws(OperatorError) {
    alpha = try node.float("alpha", default: 1)
  }

  var kernel: UnaryFunction? { .elu(factor: alpha) }

  func apply<Element: RealElement>(_ x: Element) -> Element {
    x < 0 ? Element(alpha) * x.exponentialMinusOne : x
  }
}
