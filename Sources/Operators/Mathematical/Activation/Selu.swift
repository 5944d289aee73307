import Kernels
import Tensors

/// Selu (ONNX 6, 22): `gamma` · x above 0, `gamma` · `alpha` · (e^x − 1) below.
struct Selu: UnaryRealOperator {
  static let schema = OperatorSchema("Selu", versions: 6...newestOpset, inputs: 1...1, bfloat16Since: 22)

  private let alpha: Float
  private let gamma: Float

  init(_ node: NodeReader) throws(OperatorError) {
    alpha = try node.float("alpha", default: 1.6732632)
    gamma = try node.float("gamma", default: 1.050701)
  }

  var kernel: UnaryFunction? { .selu(factor: alpha, gamma: gamma) }

  func apply<Element: RealElement>(_ x: Element) -> Element {
    x > 0 ? Element(gamma) * x : Element(gamma) * Element(alpha) * x.exponentialMinusOne
  }
}
