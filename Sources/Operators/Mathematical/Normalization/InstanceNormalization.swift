import Tensors

/// InstanceNormalization (ONNX 6, 22): (x − mean) / √(variance + ε) · scale + bias, the moments being taken over each
/// channel of each sample of an input [batch, channels, …].
struct InstanceNormalization: RealOperator {
  static let schema = OperatorSchema(
    "InstanceNormalization", versions: 6...newestOpset, inputs: 3...3, bfloat16Since: 22)

  private let epsilon: Float

  init(_ node: NodeReader) throws(OperatorError) { epsilon = try node.float("epsilon", default: 1e-5) }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    try inputs.requireChannels()
    let channels = inputs.channelCount()
    try inputs.requireVector(1, count: channels)
    try inputs.requireVector(2, count: channels)
    let length = inputs.channelLength()
    let normalization = RowNormalization(
      rowCount: inputs[0].shape[0] * channels, rowLength: length, epsilon: epsilon, centers: true)
    let rows = normalization.apply(to: inputs[0], as: Element.self, with: inputs.compute).rows
    let (scales, biases) = (inputs[1], inputs[2])
    return [
      rows.scaled(
        by: scales.span(of: Element.self), plus: biases.span(of: Element.self),
        segmentLength: length)
    ]
  }
}
