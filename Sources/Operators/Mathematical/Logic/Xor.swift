import Tensors

/// Xor (ONNX 7): whether exactly one of two elements is true, broadcast as NumPy does.
struct Xor: LogicalOperator, AttributeFreeOperator {
  static let schema = OperatorSchema(
    "Xor", versions: 7...newestOpset, inputs: 2...2, outputs: [.fixed(.bool)], float16Since: nil, bfloat16Since: nil)

  func apply(_ left: Bool, _ right: Bool) -> Bool { left != right }
}
