import Tensors

/// BitwiseOr (ONNX 18): the bits set in either integer, broadcast as NumPy does.
struct BitwiseOr: BinaryIntegerOperator, AttributeFreeOperator {
  static let schema = OperatorSchema(
    "BitwiseOr", versions: 18...newestOpset, inputs: 2...2, float16Since: nil, bfloat16Since: nil)

  func apply<Element: IntegerElement>(_ left: Element, _ right: Element) -> Element { left | right }
}
