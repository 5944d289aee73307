import Tensors

/// Greater (ONNX 7, 9, 13): whether an element is above its counterpart, broadcast as NumPy does. False where either is NaN.
struct Greater: ComparisonOperator, AttributeFreeOperator {
  static let schema = OperatorSchema(
    "Greater", versions: 7...newestOpset, inputs: 2...2, outputs: [.fixed(.bool)], float16Since: 7, bfloat16Since: 13)

  func apply<Element: ArithmeticElement>(_ left: Element, _ right: Element) -> Bool { left > right }
}
