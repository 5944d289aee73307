import Tensors

/// Asinh (ONNX 9, 22): the inverse hyperbolic sine of each element.
struct Asinh: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Asinh", versions: 9...newestOpset, inputs: 1...1, bfloat16Since: 22)

  func apply<Element: RealElement>(_ x: Element) -> Element { x.areaHyperbolicSine }
}
