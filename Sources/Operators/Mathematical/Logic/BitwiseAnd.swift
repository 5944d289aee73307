import Tensors

/// BitwiseAnd (ONNX 18): the bits set in both integers, broadcast as NumPy does.
struct BitwiseAnd: BinaryIntegerOperator, AttributeFreeOperator {
  static let schema = OperatorSchema(
    "BitwiseAnd", versions: 18...newestOpset, inputs: 2...2, float16Since: nil, bfloat16Since: nil)

  func apply<Element: IntegerElement>(_ left: Element, _ right: Element) -> Element { left & right }
}
