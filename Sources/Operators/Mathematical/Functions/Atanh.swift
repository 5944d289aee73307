import Tensors

/// Atanh (ONNX 9, 22): the inverse hyperbolic tangent of each element.
struct Atanh: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Atanh", versions: 9...newestOpset, inputs: 1...1, bfloat16Since: 22)

  func apply<Element: RealElement>(_ x: Element) -> Element { x.areaHyperbolicTangent }
}
