import Kernels
import Tensors

/// ReduceMin (ONNX 1, 11, 12, 13, 18, 20): the smallest of the elements, NaN where one is NaN along the given axes; of none, ∞ or the largest integer.
struct ReduceMin: ReductionOperator {
  static let schema = OperatorSchema("ReduceMin", inputs: 1...2)
  static let reducesNarrowTypes = true

  let axes: ReductionAxes

  init(_ node: NodeReader) throws(OperatorError) { axes = try ReductionAxes(node, inputSince: 18) }

  var kernel: Reduction { .minimum }

  func initial<Total: ArithmeticElement>() -> Total { .highest }

  func accumulate<Total: ArithmeticElement>(_ total: Total, _ x: Total) -> Total { .smaller(total, x) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    inputs[0].type == .bool ? [try reduceBooleans(inputs)] : try runNumbers(inputs)
  }
}
