import Kernels
import Tensors

/// QLinearAdd (com.microsoft 1): the sum of two quantized tensors that broadcast, quantized again.
struct QLinearAdd: Operator {
  static let schema = OperatorSchema(
    "QLinearAdd", domain: "com.microsoft", inputs: 7...8, float16Since: nil, bfloat16Since: nil)

  init(_ node: NodeReader) {}

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { [try inputs.combineQuantized(.add)] }
}
