import Tensors

/// Atan (ONNX 7, 22): the arc tangent of each element, in radians.
struct Atan: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Atan", versions: 7...newestOpset, inputs: 1...1, bfloat16Since: 22)

  func apply<Element: RealElement>(_ x: Element) -> Element { x.arcTangent }
}
