import Kernels
import Tensors

/// Equal (ONNX 7, 11, 13, 19): whether two elements are equal, broadcast as NumPy does. NaN equals nothing.
///
/// Numbers and booleans are compared; the strings of version 19 are not supported.
struct Equal: ComparisonOperator, AttributeFreeOperator {
  static let schema = OperatorSchema(
    "Equal", versions: 7...newestOpset, inputs: 2...2, outputs: [.fixed(.bool)], float16Since: 11)

  func apply<Element: ArithmeticElement>(_ left: Element, _ right: Element) -> Bool { left == right }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    guard inputs[0].type == .bool else { return try runNumbers(inputs) }
    try inputs.requireOneType()
    let plan = try Broadcast(of: inputs[0].shape, with: inputs[1].shape)
    return [
      plan.combine(inputs[0], inputs[1]) { (left: Boolean, right: Boolean) in Boolean(left.value == right.value) }
    ]
  }
}
