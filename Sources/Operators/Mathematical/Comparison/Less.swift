import Tensors

/// Less (ONNX 7, 9, 13): whether an element is below its counterpart, broadcast as NumPy does. False where either is NaN.
struct Less: ComparisonOperator, AttributeFreeOperator {
  static let schema = OperatorSchema(
    "Less", versions: 7...newestOpset, inputs: 2...2, outputs: [.fixed(.bool)], float16Since: 7, bfloat16Since: 13)

  func apply<Element: ArithmeticElement>(_ left: Element, _ right: Element) -> Bool { left < right }
}
