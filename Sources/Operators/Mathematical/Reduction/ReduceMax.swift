import Kernels
import Tensors

/// ReduceMax (ONNX 1, 11, 12, 13, 18, 20): the largest of the elements, NaN where one is NaN along the given axes; of none, −∞ or the smallest integer.
struct ReduceMax: ReductionOperator {
  static let schema = OperatorSchema("ReduceMax", inputs: 1...2)
  static let reducesNarrowTypes = true

  let axes: ReductionAxes

  init(_ node: NodeReader) throws(OperatorError) { axes = try ReductionAxes(node, inputSince: 18) }

  var kernel: Reduction { .maximum }

  func initial<Total: ArithmeticElement>() -> Total { .lowest }

  func accumulate<Total: ArithmeticElement>(_ total: Total, _ x: Total) -> Total { .larger(total, x) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    inputs[0].type == .bool ? [try reduceBooleans(inputs)] : try runNumbers(inputs)
  }
}
