import Tensors

/// BitwiseXor (ONNX 18): the bits set in exactly one of two integers, broadcast as NumPy does.
struct BitwiseXor: BinaryIntegerOperator, AttributeFreeOperator {
  static let schema = OperatorSchema(
    "BitwiseXor", versions: 18...newestOpset, inputs: 2...2, float16Since: nil, bfloat16Since: nil)

  func apply<Element: IntegerElement>(_ left: Element, _ right: Element) -> Element { left ^ right }
}
