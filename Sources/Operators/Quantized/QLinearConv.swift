import Kernels
import Tensors

/// QLinearConv (ONNX 10): a convolution of quantized data and weights, quantized again.
struct QLinearConv: Operator {
  static let schema = OperatorSchema(
    "QLinearConv", versions: 10...newestOpset, inputs: 8...9, outputs: [.sameAsInput(7)], float16Since: nil,
    bfloat16Since: nil)

  private var convolution: IntegerConvolution
  private var target: Derived<Requantization>

  init(_ node: NodeReader) throws(OperatorError) {
    convolution = try IntegerConvolution(node, weights: 3, zeroPoint: 5, dataZeroPoint: 2)
    target = Derived(node, from: 1...8)
  }

  func prepared(with constants: [Tensor?]) throws(OperatorError) -> any Operator {
    try prepared(with: constants, table: nil)
  }

  /// This with what follows from constants worked out, and results looked up in a table where there is one.
  func prepared(with constants: [Tensor?], table: ByteTable?) throws(OperatorError) -> QLinearConv {
    let convolution = try convolution.prepared(with: constants)
    var prepared = self
    prepared.convolution = convolution
    prepared.target = target.prepared(with: constants) { inputs throws(OperatorError) in
      try target(inputs, channels: try inputs.bytes(3).shape.dimensions.first ?? 0, table)
        .prepared(convolution.prepared)
    }
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { try run(inputs, table: nil) }

  /// The convolution, its results looked up in a table where there is one, which is the one that this was prepared with.
  func run(_ inputs: OperatorInputs, table: ByteTable?) throws(OperatorError) -> [Tensor] {
    let job = try convolution.job(inputs)
    let target =
      if let prepared = target.value { prepared } else { try target(inputs, channels: job.outputChannels, table) }
    return [convolution.requantized(job, bias: inputs.optional(8), to: target)]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    convolution.work(inputs, outputs: outputs)
  }

  /// What becomes of the sums of each output channel.
  private func target(
    _ inputs: some NodeInputs, channels: Int, _ table: ByteTable?
  ) throws(OperatorError) -> Requantization {
    let type = try inputs.bytes(7).type
    let factors = try inputs.factors(left: inputs.scale(1), right: 4, output: 6, columns: channels)
    let bias = inputs.optional(8)
    if let bias, bias.type != .int32 || bias.shape != [channels] {
      throw .input(8, "is \(bias.type) of shape \(bias.shape), expected int32 of shape [\(channels)]")
    }
    return Requantization(
      factors: factors, bias: bias?.array(), zeroPoint: try inputs.zeroPoint(7, of: type), type: type, table: table)
  }
}
