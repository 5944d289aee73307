import Kernels
import Tensors

/// LeakyRelu (ONNX 6, 16): x, multiplied by `alpha` below 0.
struct LeakyRelu: UnaryRealOperator {
  static let schema = OperatorSchema("LeakyRelu", versions: 6...newestOpset, inputs: 1...1, bfloat16Since: 16)

  private let alpha: Float

  init(_ node: NodeReader) throws(OperatorError) {
    alpha = try node.float("alpha", default: 0.01)
  }

  var quantization: QuantizationRule { .elementwise(inputs: [0]) }

  var kernel: UnaryFunction? { .leakyRelu(slope: alpha) }

  func apply<Element: RealElement>(_ x: Element) -> Element {
    x < 0 ? Element(alpha) * x : x
  }
}
