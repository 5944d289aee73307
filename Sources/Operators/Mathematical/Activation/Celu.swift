import Tensors

/// Celu (ONNX 12, 28): max(0, x) + min(0, `alpha` · (e^(x / `alpha`) − 1)).
struct Celu: UnaryRealOperator {
  static let schema = OperatorSchema(
    "Celu", versions: 12...newestOpset, inputs: 1...1, float16Since: 28, bfloat16Since: 28)

  private let alpha: Float

  init(_ node: NodeReader) throws(OperatorError) {
    alpha = try node.float("alpha", default: 1)
  }

  func apply<Element: RealElement>(_ x: Element) -> Element {
    x > 0 ? x : Element(alpha) * (x / Element(alpha)).exponentialMinusOne
  }
}
