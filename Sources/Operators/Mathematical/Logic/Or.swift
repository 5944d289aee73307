import Tensors

/// Or (ONNX 7): whether either element is true, broadcast as NumPy does.
struct Or: LogicalOperator, AttributeFreeOperator {
  static let schema = OperatorSchema(
    "Or", versions: 7...newestOpset, inputs: 2...2, outputs: [.fixed(.bool)], float16Since: nil, bfloat16Since: nil)

  func apply(_ left: Bool, _ right: Bool) -> Bool { left || right }
}
