import Tensors

/// And (ONNX 7): whether both elements are true, broadcast as NumPy does.
struct And: LogicalOperator, AttributeFreeOperator {
  static let schema = OperatorSchema(
    "And", versions: 7...newestOpset, inputs: 2...2, outputs: [.fixed(.bool)], float16Since: nil, bfloat16Since: nil)

  func apply(_ left: Bool, _ right: Bool) -> Bool { left && right }
}
