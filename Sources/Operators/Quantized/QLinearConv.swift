import Kernels
import Tensors

/// QLinearConv (ONNX 10): a convolution of quantized data and weights, quantized again.
struct QLinearConv: Operator {
  static let schema = OperatorSchema(
    "QLinearConv", versions: 10...newestOpset, inputs: 8...9, outputs: [.sameAsInput(7)], float16Since: nil,
    bfloat16Since: nil)

  private var convolution: IntegerConvolution

  init(_ node: NodeReader) throws(OperatorError) {
    convolution = try IntegerConvolution(node, weights: 3, zeroPoint: 5)
  }

  func prepared(with constants: [Tensor?]) throws(OperatorError) -> any Operator {
    var prepared = self
    prepared.convolution = try convolution.prepared(with: constants)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let job = try convolution.job(inputs, zeroPoint: 2)
    let type = try inputs.bytes(7).type
    let factors = try inputs.factors(left: inputs.scale(1), right: 4, output: 6, columns: job.outputChannels)
    let target = Requantization(factors: factors, zeroPoint: try inputs.zeroPoint(7, of: type), type: type)
    if let bias = inputs.optional(8) {
      guard bias.type == .int32, bias.shape == [job.outputChannels] else {
        throw .input(8, "is \(bias.type) of shape \(bias.shape), expected int32 of shape [\(job.outputChannels)]")
      }
    }
    return [convolution.requantized(job, bias: inputs.optional(8), to: target)]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    convolution.work(inputs, zeroPoint: 2, outputs: outputs)
  }
}
