import Kernels
import Tensors

/// ReduceL2 (ONNX 1, 11, 13, 18): the square root of the sum of the squares of the elements along the given axes; of none, 0.
struct ReduceL2: ReductionOperator {
  static let schema = OperatorSchema("ReduceL2", inputs: 1...2)

  let axes: ReductionAxes

  init(_ node: NodeReader) throws(OperatorError) { axes = try ReductionAxes(node, inputSince: 18) }

  var kernel: Reduction { .sumOfSquares }

  func initial<Total: ArithmeticElement>() -> Total { .zero }

  func accumulate<Total: ArithmeticElement>(_ total: Total, _ x: Total) -> Total { total.plus(x.times(x)) }

  func finish<Total: ArithmeticElement>(_ total: Total, count: Int) -> Total {
    Total(saturating: total.asDouble.squareRoot())
  }
}
