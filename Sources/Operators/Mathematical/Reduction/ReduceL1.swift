import Kernels
import Tensors

/// ReduceL1 (ONNX 1, 11, 13, 18): the sum of the absolute values of the elements along the given axes; of none, 0.
struct ReduceL1: ReductionOperator {
  static let schema = OperatorSchema("ReduceL1", inputs: 1...2)

  let axes: ReductionAxes

  init(_ node: NodeReader) throws(OperatorError) { axes = try ReductionAxes(node, inputSince: 18) }

  var kernel: Reduction { .sumOfAbsolute }

  func initial<Total: ArithmeticElement>() -> Total { .zero }

  func accumulate<Total: ArithmeticElement>(_ total: Total, _ x: Total) -> Total { total.plus(x.absolute) }
}
