import Tensors

/// Shrink (ONNX 9): x + `bias` below −`lambd`, x − `bias` above `lambd`, else 0.
///
/// Integers are computed in float64 and cut off toward zero.
struct Shrink: UnaryArithmeticOperator {
  static let schema = OperatorSchema(
    "Shrink", versions: 9...newestOpset, inputs: 1...1, float16Since: 9, bfloat16Since: nil)

  private let bias: Double
  private let threshold: Double

  init(_ node: NodeReader) throws(OperatorError) {
    bias = Double(try node.float("bias", default: 0))
    threshold = Double(try node.float("lambd", default: 0.5))
  }

  func apply<Element: ArithmeticElement>(_ x: Element) -> Element {
    let value = x.asDouble
    if value < -threshold { return Element(saturating: value + bias) }
    return value > threshold ? Element(saturating: value - bias) : .zero
  }
}
