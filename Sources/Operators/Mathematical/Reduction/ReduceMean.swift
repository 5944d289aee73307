import Kernels
import Tensors

/// ReduceMean (ONNX 1, 11, 13, 18): the arithmetic mean of the elements along the given axes; of none, NaN, an error for integers.
struct ReduceMean: ReductionOperator {
  static let schema = OperatorSchema("ReduceMean", inputs: 1...2)
  static let requiresElements = true

  let axes: ReductionAxes

  init(_ node: NodeReader) throws(OperatorError) { axes = try ReductionAxes(node, inputSince: 18) }

  var kernel: Reduction { .sum }

  func initial<Total: ArithmeticElement>() -> Total { .zero }

  func accumulate<Total: ArithmeticElement>(_ total: Total, _ x: Total) -> Total { total.plus(x) }

  func finish<Total: ArithmeticElement>(_ total: Total, count: Int) -> Total {
    total.quotient(by: Total(saturating: Double(count)))
  }
}
