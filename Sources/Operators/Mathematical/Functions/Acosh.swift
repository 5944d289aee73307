import Tensors

/// Acosh (ONNX 9, 22): the inverse hyperbolic cosine of each element, NaN below 1.
struct Acosh: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Acosh", versions: 9...newestOpset, inputs: 1...1, bfloat16Since: 22)

  func apply<Element: RealElement>(_ x: Element) -> Element { x.areaHyperbolicCosine }
}
