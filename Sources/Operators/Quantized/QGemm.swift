import Kernels
import Tensors

/// QGemm (com.microsoft 1): alpha · A · B + C of quantized matrices, quantized again or left in float32.
struct QGemm: Operator {
  static let schema = OperatorSchema(
    "QGemm", domain: "com.microsoft", inputs: 6...9, outputs: [.computed], float16Since: nil, bfloat16Since: nil)

  private let alpha: Float
  private let transposesLeft: Bool
  private let transposesRight: Bool
  private let shapes: MatrixProductShapes
  private var weights: IntegerWeights
  private var epilogue: Derived<IntegerEpilogue>

  init(_ node: NodeReader) throws(OperatorError) {
    alpha = try node.float("alpha", default: 1)
    transposesLeft = try node.flag("transA", default: false)
    transposesRight = try node.flag("transB", default: false)
    shapes = MatrixProductShapes(transposesRight: transposesRight)
    weights = IntegerWeights(node, at: 3, zeroPoint: 5, transposed: transposesRight)
    epilogue = Derived(node, from: 1...8)
    guard node.hasInput(7) == node.hasInput(8) else {
      throw .input(8, "must be present exactly where input 7 is: they quantize the output together")
    }
  }

  func outputTypes(_ inputs: [DataType?]) -> [DataType?] { [inputs.count > 8 ? inputs[8] ?? .float32 : .float32] }

  func prepared(with constants: [Tensor?]) -> any Operator {
    let weights = weights.prepared(with: constants)
    var prepared = self
    prepared.weights = weights
    prepared.epilogue = epilogue.prepared(with: constants) { inputs throws(OperatorError) in
      guard let columns = weights.columns else { return nil }
      let factors = try factors(inputs, columns: columns)
      var bias: [Int32]?
      if let addend = inputs.optional(6) {
        guard let row = addend.int32Row(columns) else { return nil }
        bias = row
      }
      return try weights.prepared(epilogue(inputs, factors: factors, bias: bias), inputs, zeroPoint: 2)
    }
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let (given, right) = (try inputs.bytes(0), try inputs.bytes(3))
    guard given.shape.rank == 2 else { throw .input(0, "has shape \(given.shape), expected a matrix") }
    guard right.shape.rank == 2 else { throw .input(3, "has shape \(right.shape), expected a matrix") }
    let left = transposesLeft ? given.transposedMatrix(compute: inputs.compute) : given
    let shape = try shapes.shape(left.shape, right.shape, rightIndex: 3)
    let zeroPoint = try inputs.zeroPoint(2, of: left.type)
    if let epilogue = epilogue.value {
      return [try weights.product(left, zeroPoint: zeroPoint, shape, inputs, epilogue: epilogue)]
    }
    let factors = try factors(inputs, columns: shape.columns)
    let addend = try Addend(inputs, shape)
    if addend == nil || addend?.row != nil {
      let epilogue = try epilogue(inputs, factors: factors, bias: addend?.row)
      return [try weights.product(left, zeroPoint: zeroPoint, shape, inputs, epilogue: epilogue)]
    }
    let sums = try weights.product(left, zeroPoint: zeroPoint, shape, inputs, epilogue: .sums(.sums()))
    return [try finished(addend?.added(to: sums) ?? sums, inputs, factors: factors)]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    weights.work(inputs, depth: inputs[0].shape[transposesLeft ? 0 : 1], zeroPoint: 2, outputs: outputs)
  }

  /// What sums are multiplied by: one factor, or one per column.
  private func factors(_ inputs: some NodeInputs, columns: Int) throws(OperatorError) -> [Float] {
    let left = alpha * (try inputs.scale(1))
    if inputs.optional(7) != nil { return try inputs.factors(left: left, right: 4, output: 7, columns: columns) }
    return try inputs.scales(4, columns: columns).map { left * $0 }
  }

  /// What becomes of the sums where C is a row or left out.
  private func epilogue(
    _ inputs: some NodeInputs, factors: [Float], bias: [Int32]?
  ) throws(OperatorError) -> IntegerEpilogue {
    try requantization(inputs, factors: factors, bias: bias)?.epilogue
      ?? .real(.dequantize(scales: factors, integerBias: bias))
  }

  private func requantization(
    _ inputs: some NodeInputs, factors: [Float], bias: [Int32]?
  ) throws(OperatorError) -> Requantization? {
    guard inputs.optional(8) != nil else { return nil }
    let type = try inputs.bytes(8).type
    return Requantization(
      factors: factors, bias: bias, zeroPoint: try inputs.zeroPoint(8, of: type), type: type)
  }

  /// The results for sums to which C has been added.
  private func finished(
    _ sums: Tensor, _ inputs: OperatorInputs, factors: [Float]
  ) throws(OperatorError) -> Tensor {
    if let target = try requantization(inputs, factors: factors, bias: nil) {
      return target.apply(to: sums, compute: inputs.compute)
    }
    let elements = sums.span(of: Int32.self)
    return Tensor(sums.shape, of: Float.self) { output in
      for index in elements.indices { output[index] = Float(elements[index]) * factors[index % factors.count] }
    }
  }
}

extension Tensor {
  /// The elements of an int32 tensor that is one row of so many columns; nil for any other.
  fileprivate func int32Row(_ columns: Int) -> [Int32]? {
    type == .int32 && (shape == [columns] || shape == [1, columns]) ? array() : nil
  }
}

/// C, in units of the scale of A times that of B, which broadcasts to the product.
private struct Addend {
  private let values: [Int32]
  private let rowStride: Int
  private let columnStride: Int
  private let columns: Int

  init?(_ inputs: OperatorInputs, _ shape: MatrixProductShape) throws(OperatorError) {
    guard inputs.optional(6) != nil else { return nil }
    let tensor = try inputs.tensor(6, of: .int32)
    let padded = [Int](repeating: 1, count: max(0, 2 - tensor.shape.rank)) + tensor.shape.dimensions
    guard padded.count == 2, [1, shape.rows].contains(padded[0]), [1, shape.columns].contains(padded[1]) else {
      throw .input(6, "has shape \(tensor.shape), which does not broadcast to \(shape.output)")
    }
    values = tensor.array()
    columns = shape.columns
    columnStride = padded[1] == 1 ? 0 : 1
    rowStride = padded[0] == 1 ? 0 : padded[1]
  }

  /// The values where they are one row that is added to every row.
  var row: [Int32]? { rowStride == 0 && values.count == columns ? values : nil }

  func added(to sums: Tensor) -> Tensor {
    let elements = sums.span(of: Int32.self)
    return Tensor(sums.shape, of: Int32.self) { output in
      for index in elements.indices {
        output[index] = elements[index] &+ values[index / columns * rowStride + index % columns * columnStride]
      }
    }
  }
}
