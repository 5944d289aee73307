import Tensors

/// ThresholdedRelu (ONNX 10, 22): x above `alpha`, else 0.
struct ThresholdedRelu: UnaryRealOperator {
  static let schema = OperatorSchema("ThresholdedRelu", versions: 10...newestOpset, inputs: 1...1, bfloat16Since: 22)

  private let alpha: Float

  init(_ node: NodeReader) throws(OperatorError) {
    alpha = try node.float("alpha", default: 1)
  }

  func apply<Element: RealElement>(_ x: Element) -> Element {
    x > Element(alpha) ? x : 0
  }
}
