import Tensors

/// Cosh (ONNX 9, 22): the hyperbolic cosine of each element.
struct Cosh: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Cosh", versions: 9...newestOpset, inputs: 1...1, bfloat16Since: 22)

  func apply<Element: RealElement>(_ x: Element) -> Element { x.hyperbolicCosine }
}
