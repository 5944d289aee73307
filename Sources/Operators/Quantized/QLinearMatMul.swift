import Kernels
import Tensors

/// QLinearMatMul (ONNX 10, 21): a product of quantized matrices, quantized again.
struct QLinearMatMul: Operator {
  static let schema = OperatorSchema(
    "QLinearMatMul", versions: 10...newestOpset, inputs: 8...8, outputs: [.sameAsInput(7)], float16Since: 21,
    bfloat16Since: 21)

  private var weights: IntegerWeights
  private let shapes = MatrixProductShapes()
  private var target: Derived<Requantization>

  init(_ node: NodeReader) {
    weights = IntegerWeights(node, at: 3, zeroPoint: 5)
    target = Derived(node, from: 1...7)
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    let weights = weights.prepared(with: constants)
    var prepared = self
    prepared.weights = weights
    prepared.target = target.prepared(with: constants) { inputs throws(OperatorError) in
      guard let columns = weights.columns else { return nil }
      return try target(inputs, left: inputs.scale(1), columns: columns)
        .prepared { epilogue throws(OperatorError) in try weights.prepared(epilogue, inputs, zeroPoint: 2) }
    }
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let (left, right) = (try inputs.bytes(0), try inputs.bytes(3))
    let shape = try shapes.shape(left.shape, right.shape, rightIndex: 3)
    let zeros = try OperandZeroPoints(inputs, 2, of: left.type, count: shape.rowsPerMatrix)
    if zeros.values.count == 1, let target = target.value {
      return [try weights.product(left, zeroPoint: zeros[0], shape, inputs, epilogue: target.epilogue)]
    }
    let scales = try inputs.scales(1)
    guard scales.count == 1 || scales.count == shape.rowsPerMatrix else {
      throw .input(1, "has shape \(inputs[1].shape), expected one scale or \(shape.rowsPerMatrix)")
    }
    if scales.count > 1 || zeros.values.count > 1 {
      let rightZero = try OperandZeroPoints(inputs, 5, of: right.type, count: shape.columns)
      let sums = shape.directIntegerProduct(left, zeros, right, rightZero)
      return [try target(inputs, perRow: scales, shape).apply(to: sums, compute: inputs.compute)]
    }
    let target = try target(inputs, left: scales[0], columns: shape.columns)
    return [try weights.product(left, zeroPoint: zeros[0], shape, inputs, epilogue: target.epilogue)]
  }

  /// What becomes of the sums of each column.
  private func target(
    _ inputs: some NodeInputs, left: Float, columns: Int
  ) throws(OperatorError) -> Requantization {
    let type = try inputs.bytes(7).type
    return Requantization(
      factors: try inputs.factors(left: left, right: 4, output: 6, columns: columns),
      zeroPoint: try inputs.zeroPoint(7, of: type), type: type)
  }

  /// What becomes of the sums where rows have scales of their own: listed for a whole matrix, factors serve rows as they
  /// do columns.
  private func target(
    _ inputs: OperatorInputs, perRow scales: [Float], _ shape: MatrixProductShape
  ) throws(OperatorError) -> Requantization {
    let type = try inputs.bytes(7).type
    var factors: [Float] = []
    for row in 0..<shape.rowsPerMatrix {
      let scale = scales[scales.count == 1 ? 0 : row]
      let columns = try inputs.factors(left: scale, right: 4, output: 6, columns: shape.columns)
      factors += columns.count == 1 ? [Float](repeating: columns[0], count: shape.columns) : columns
    }
    return Requantization(factors: factors, zeroPoint: try inputs.zeroPoint(7, of: type), type: type)
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    weights.work(inputs, depth: inputs[0].shape.dimensions.last ?? 1, zeroPoint: 2, outputs: outputs)
  }
}
