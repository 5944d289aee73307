import Tensors

/// LessOrEqual (ONNX 12, 16): whether an element is at most its counterpart, broadcast as NumPy does. False where either is NaN.
struct LessOrEqual: ComparisonOperator, AttributeFreeOperator {
  static let schema = OperatorSchema(
    "LessOrEqual", versions: 12...newestOpset, inputs: 2...2, outputs: [.fixed(.bool)], float16Since: 12,
    bfloat16Since: 16)

  func apply<Element: ArithmeticElement>(_ left: Element, _ right: Element) -> Bool { left <= right }
}
