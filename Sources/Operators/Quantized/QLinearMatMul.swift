import Kernels
import Tensors

/// QLinearMatMul (ONNX 10, 21): a product of quantized matrices, quantized again.
struct QLinearMatMul: Operator {
  static let schema = OperatorSchema(
    "QLinearMatMul", versions: 10...newestOpset, inputs: 8...8, outputs: [.sameAsInput(7)], float16Since: 21,
    bfloat16Since: 21)

  init(_ node: NodeReader) {}

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let (left, right) = (try inputs.bytes(0), try inputs.bytes(3))
    let shape = try MatrixProductShape(left.shape, right.shape, rightIndex: 3)
    let leftZero = try OperandZeroPoints(inputs, 2, of: left.type, count: shape.rowsPerMatrix)
    let rightZero = try OperandZeroPoints(inputs, 5, of: right.type, count: shape.columns)
    let type = try inputs.bytes(7).type
    let scales = try ProductScales(inputs, left: 1, right: 4, output: 6, shape: shape)
    let sums = shape.integerProduct(left, leftZero, right, rightZero)
    let zeroPoint = try inputs.zeroPoint(7, of: type)
    return [scales.requantize(sums, zeroPoint: zeroPoint, type: type, columns: shape.columns)]
  }
}

/// The factors that lead from sums of products to the scale of the output: one per row and per column, or for all.
private struct ProductScales {
  private let rows: [Float]
  private let columns: [Float]
  private let output: Float

  init(
    _ inputs: OperatorInputs, left: Int, right: Int, output index: Int, shape: MatrixProductShape
  ) throws(OperatorError) {
    rows = try inputs.scales(left)
    columns = try inputs.scales(right)
    output = try inputs.scale(index)
    guard rows.count == 1 || rows.count == shape.rowsPerMatrix else {
      throw .input(left, "has shape \(inputs[left].shape), expected one scale or \(shape.rowsPerMatrix)")
    }
    guard columns.count == 1 || columns.count == shape.columns else {
      throw .input(right, "has shape \(inputs[right].shape), expected one scale or \(shape.columns)")
    }
  }

  func requantize(_ sums: Tensor, zeroPoint: Int32, type: DataType, columns count: Int) -> Tensor {
    if rows.count == 1 {
      let factors = columns.map { rows[0] * $0 / output }
      return Requantization(factors: factors, zeroPoint: zeroPoint, type: type).apply(to: sums)
    }
    // Spread over a whole matrix, the factors serve rows as they do columns.
    let spread = columns.count == 1 ? [Float](repeating: columns[0], count: count) : columns
    let factors = rows.flatMap { row in spread.map { row * $0 / output } }
    return Requantization(factors: factors, zeroPoint: zeroPoint, type: type).apply(to: sums)
  }
}
