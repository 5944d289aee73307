import Tensors

/// Acos (ONNX 7, 22): the arc cosine of each element, in radians.
struct Acos: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Acos", versions: 7...newestOpset, inputs: 1...1, bfloat16Since: 22)

  func apply<Element: RealElement>(_ x: Element) -> Element { x.arcCosine }
}
