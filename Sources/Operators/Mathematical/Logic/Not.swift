import Tensors

/// Not (ONNX 1): true for false and false for true.
struct Not: AttributeFreeOperator {
  static let schema = OperatorSchema("Not", inputs: 1...1, float16Since: nil, bfloat16Since: nil)

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    [try inputs.tensor(0, of: .bool).mapped { (x: Boolean) in Boolean(!x.value) }]
  }
}
