import Tensors

/// Tan (ONNX 7, 22): the tangent of each element, in radians.
struct Tan: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Tan", versions: 7...newestOpset, inputs: 1...1, bfloat16Since: 22)

  func apply<Element: RealElement>(_ x: Element) -> Element { x.tangent }
}
