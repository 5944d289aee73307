import Kernels
import Tensors

/// QLinearAdd (com.microsoft 1): the sum of two quantized tensors that broadcast, quantized again.
struct QLinearAdd: Operator {
  static let schema = OperatorSchema(
    "QLinearAdd", domain: "com.microsoft", inputs: 7...8, float16Since: nil, bfloat16Since: nil)

  private var arithmetic: QuantizedArithmetic

  init(_ node: NodeReader) { arithmetic = QuantizedArithmetic(.add, node) }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.arithmetic = arithmetic.prepared(with: constants)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { [try arithmetic.run(inputs)] }
}
