import Kernels
import Tensors

/// ReduceProd (ONNX 1, 11, 13, 18): the product of the elements along the given axes; of none, 1.
struct ReduceProd: ReductionOperator {
  static let schema = OperatorSchema("ReduceProd", inputs: 1...2)

  let axes: ReductionAxes

  init(_ node: NodeReader) throws(OperatorError) { axes = try ReductionAxes(node, inputSince: 18) }

  var kernel: Reduction { .product }

  func initial<Total: ArithmeticElement>() -> Total { .one }

  func accumulate<Total: ArithmeticElement>(_ total: Total, _ x: Total) -> Total { total.times(x) }
}
