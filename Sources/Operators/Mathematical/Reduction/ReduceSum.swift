import Kernels
import Tensors

/// ReduceSum (ONNX 1, 11, 13): the sum of the elements along the given axes; of none, 0.
struct ReduceSum: ReductionOperator {
  static let schema = OperatorSchema("ReduceSum", inputs: 1...2)

  let axes: ReductionAxes

  init(_ node: NodeReader) throws(OperatorError) { axes = try ReductionAxes(node, inputSince: 13) }

  var kernel: Reduction { .sum }

  func initial<Total: ArithmeticElement>() -> Total { .zero }

  func accumulate<Total: ArithmeticElement>(_ total: Total, _ x: Total) -> Total { total.plus(x) }
}
