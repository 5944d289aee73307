import Tensors

/// Sinh (ONNX 9, 22): the hyperbolic sine of each element.
struct Sinh: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Sinh", versions: 9...newestOpset, inputs: 1...1, bfloat16Since: 22)

  func apply<Element: RealElement>(_ x: Element) -> Element { x.hyperbolicSine }
}
