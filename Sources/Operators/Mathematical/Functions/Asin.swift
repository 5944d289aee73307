import Tensors

/// Asin (ONNX 7, 22): the arc sine of each element, in radians.
struct Asin: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Asin", versions: 7...newestOpset, inputs: 1...1, bfloat16Since: 22)

  func apply<Element: RealElement>(_ x: Element) -> Element { x.arcSine }
}
