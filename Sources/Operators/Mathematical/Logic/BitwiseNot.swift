import Tensors

/// BitwiseNot (ONNX 18): every bit of each integer inverted.
struct BitwiseNot: IntegerOperator, AttributeFreeOperator {
  static let schema = OperatorSchema(
    "BitwiseNot", versions: 18...newestOpset, inputs: 1...1, float16Since: nil, bfloat16Since: nil)

  func run<Element: IntegerElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    [inputs[0].mapped { (x: Element) in ~x }]
  }
}
