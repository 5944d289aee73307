import Kernels
import Tensors

/// ReduceSumSquare (ONNX 1, 11, 13, 18): the sum of the squares of the elements along the given axes; of none, 0.
struct ReduceSumSquare: ReductionOperator {
  static let schema = OperatorSchema("ReduceSumSquare", inputs: 1...2)

  let axes: ReductionAxes

  init(_ node: NodeReader) throws(OperatorError) { axes = try ReductionAxes(node, inputSince: 18) }

  var kernel: Reduction { .sumOfSquares }

  func initial<Total: ArithmeticElement>() -> Total { .zero }

  func accumulate<Total: ArithmeticElement>(_ total: Total, _ x: Total) -> Total { total.plus(x.times(x)) }
}
