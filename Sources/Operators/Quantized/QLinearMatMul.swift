import Kernels
import Tensors

/// QLinearMatMul (ONNX 10, 21): a product of quantized matrices, quantized again.
struct QLinearMatMul: Operator {
  static let schema = OperatorSchema(
    "QLinearMatMul", versions: 10...newestOpset, inputs: 8...8, outputs: [.sameAsInput(7)], float16Since: 21,
    bfloat16Since: 21)

  private var weights: IntegerWeights

  init(_ node: NodeReader) {
    weights = IntegerWeights(node, at: 3, zeroPoint: 5)
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.weights = weights.prepared(with: constants)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let (left, right) = (try inputs.bytes(0), try inputs.bytes(3))
    let shape = try MatrixProductShape(left.shape, right.shape, rightIndex: 3)
    let zeros = try OperandZeroPoints(inputs, 2, of: left.type, count: shape.rowsPerMatrix)
    let type = try inputs.bytes(7).type
    let zeroPoint = try inputs.zeroPoint(7, of: type)
    let scales = try inputs.scales(1)
    guard scales.count == 1 || scales.count == shape.rowsPerMatrix else {
      throw .input(1, "has shape \(inputs[1].shape), expected one scale or \(shape.rowsPerMatrix)")
    }
    if scales.count > 1 || zeros.values.count > 1 {
      var factors: [Float] = []
      // Listed for a whole matrix, they serve rows as they do columns.
      for row in 0..<shape.rowsPerMatrix {
        let scale = scales[scales.count == 1 ? 0 : row]
        let columns = try inputs.factors(left: scale, right: 4, output: 6, columns: shape.columns)
        factors += columns.count == 1 ? [Float](repeating: columns[0], count: shape.columns) : columns
      }
      let rightZero = try OperandZeroPoints(inputs, 5, of: right.type, count: shape.columns)
      let sums = shape.directIntegerProduct(left, zeros, right, rightZero)
      return [Requantization(factors: factors, zeroPoint: zeroPoint, type: type).apply(to: sums)]
    }
    let factors = try inputs.factors(left: scales[0], right: 4, output: 6, columns: shape.columns)
    let target = Requantization(factors: factors, zeroPoint: zeroPoint, type: type)
    return [try weights.product(left, zeroPoint: zeros[0], shape, inputs, to: target)]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    weights.work(inputs, depth: inputs[0].shape.dimensions.last ?? 1, zeroPoint: 2, outputs: outputs)
  }
}
