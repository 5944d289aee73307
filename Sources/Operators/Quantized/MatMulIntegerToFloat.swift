import Kernels
import Tensors

/// MatMulIntegerToFloat (com.microsoft 1): a product of quantized matrices, turned to float32.
struct MatMulIntegerToFloat: Operator {
  static let schema = OperatorSchema(
    "MatMulIntegerToFloat", domain: "com.microsoft", inputs: 4...7, outputs: [.sameAsInput(2)])

  private let activation: Activation
  /// Where the node has a scale, and behind it a zero point, by which results are quantized again; nil where it has none.
  private let quantization: Int?
  private let shapes = MatrixProductShapes()
  private var weights: IntegerWeights
  private var epilogue: Derived<IntegerEpilogue>

  init(_ node: NodeReader) { self.init(node, activation: .none) }

  /// An operator that applies a function to its results, after the addend, and may quantize what it has left.
  init(_ node: NodeReader, activation: Activation, quantization: Int? = nil) {
    self.activation = activation
    self.quantization = quantization
    weights = IntegerWeights(node, at: 1, zeroPoint: 5)
    epilogue = Derived(node, from: Array(1...6) + (quantization.map { [$0, $0 + 1] } ?? []))
  }

  func prepared(with constants: [Tensor?]) -> any Operator { prepared(with: constants) as MatMulIntegerToFloat }

  func prepared(with constants: [Tensor?]) -> MatMulIntegerToFloat {
    let weights = weights.prepared(with: constants)
    var prepared = self
    prepared.weights = weights
    prepared.epilogue = epilogue.prepared(with: constants) { inputs throws(OperatorError) in
      guard let columns = weights.columns else { return nil }
      return try weights.prepared(epilogue(inputs, columns: columns), inputs, zeroPoint: 4)
    }
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { [try result(inputs)] }

  /// The product, plus an addend of its shape.
  func result(_ inputs: OperatorInputs, addend: Tensor? = nil) throws(OperatorError) -> Tensor {
    let left = try inputs.bytes(0)
    let shape = try shape(inputs)
    let zeroPoint = try inputs.zeroPoint(4, of: left.type)
    let epilogue = if let prepared = epilogue.value { prepared } else { try epilogue(inputs, columns: shape.columns) }
    return try weights.product(left, zeroPoint: zeroPoint, shape, inputs, epilogue: epilogue, addend: addend)
  }

  func shape(_ inputs: OperatorInputs) throws(OperatorError) -> MatrixProductShape {
    try shapes.shape(inputs.bytes(0).shape, inputs.bytes(1).shape)
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    weights.work(inputs, depth: inputs[0].shape.dimensions.last ?? 1, zeroPoint: 4, outputs: outputs)
  }

  private func epilogue(_ inputs: some NodeInputs, columns: Int) throws(OperatorError) -> IntegerEpilogue {
    let real = try inputs.dequantizing(
      left: inputs.scale(2), right: 3, bias: 6, activation: activation, columns: columns)
    guard let quantization, let zero = inputs.optional(quantization + 1) else { return .real(real) }
    return .quantized(
      real, to: zero.type, scale: try inputs.scale(quantization),
      zeroPoint: try inputs.zeroPoint(quantization + 1, of: zero.type))
  }
}
