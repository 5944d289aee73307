import Kernels
import Tensors

/// ReduceLogSum (ONNX 1, 11, 13, 18): the natural logarithm of the sum of the elements along the given axes; of none, −∞ or the smallest integer.
struct ReduceLogSum: ReductionOperator {
  static let schema = OperatorSchema("ReduceLogSum", inputs: 1...2)

  let axes: ReductionAxes

  init(_ node: NodeReader) throws(OperatorError) { axes = try ReductionAxes(node, inputSince: 18) }

  var kernel: Reduction { .sum }

  func initial<Total: ArithmeticElement>() -> Total { .zero }

  func accumulate<Total: ArithmeticElement>(_ total: Total, _ x: Total) -> Total { total.plus(x) }

  func finish<Total: ArithmeticElement>(_ total: Total, count: Int) -> Total {
    Total(saturating: total.asDouble.logarithm)
  }
}
