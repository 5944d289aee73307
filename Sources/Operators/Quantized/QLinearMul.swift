import Kernels
import Tensors

/// QLinearMul (com.microsoft 1): the product of two quantized tensors that broadcast, quantized again.
struct QLinearMul: Operator {
  static let schema = OperatorSchema(
    "QLinearMul", domain: "com.microsoft", inputs: 7...8, float16Since: nil, bfloat16Since: nil)

  init(_ node: NodeReader) {}

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { [try inputs.combineQuantized(.multiply)] }
}
