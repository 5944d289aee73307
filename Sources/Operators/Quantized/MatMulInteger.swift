import Kernels
import Tensors

/// MatMulInteger (ONNX 10): the product of 8-bit integers less their zero points, in int32.
struct MatMulInteger: Operator {
  static let schema = OperatorSchema(
    "MatMulInteger", versions: 10...newestOpset, inputs: 2...4, outputs: [.fixed(.int32)], float16Since: nil,
    bfloat16Since: nil)

  init(_ node: NodeReader) {}

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let (left, right) = (try inputs.bytes(0), try inputs.bytes(1))
    let shape = try MatrixProductShape(left.shape, right.shape)
    let leftZero = try OperandZeroPoints(inputs, 2, of: left.type, count: shape.rowsPerMatrix)
    let rightZero = try OperandZeroPoints(inputs, 3, of: right.type, count: shape.columns)
    return [shape.integerProduct(left, leftZero, right, rightZero)]
  }
}
