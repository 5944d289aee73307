import Kernels
import Tensors

/// QLinearMul (com.microsoft 1): the product of two quantized tensors that broadcast, quantized again.
struct QLinearMul: Operator {
  static let schema = OperatorSchema(
    "QLinearMul", domain: "com.microsoft", inputs: 7...8, float16Since: nil, bfloat16Since: nil)

  private var arithmetic: QuantizedArithmetic

  init(_ node: NodeReader) { arithmetic = QuantizedArithmetic(.multiply, node) }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.arithmetic = arithmetic.prepared(with: constants)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { [try arithmetic.run(inputs)] }
}
