import Tensors

/// BatchNormalization (ONNX 7, 9, 14, 15): (x − mean) / √(variance + ε) · scale + bias per channel of an input
/// [batch, channels, …], with the moments found in training (Ioffe and Szegedy, "Batch Normalization").
///
/// Training itself and the statistics per element of version 7 are not supported.
struct BatchNormalization: RealOperator {
  static let schema = OperatorSchema(
    "BatchNormalization", versions: 7...newestOpset, inputs: 5...5, bfloat16Since: 14)

  private let epsilon: Float

  init(_ node: NodeReader) throws(OperatorError) {
    epsilon = try node.float("epsilon", default: 1e-5)
    guard try !node.flag("training_mode", default: false), !(1..<5).contains(where: node.hasOutput) else {
      throw .unsupported("a node in training mode cannot be run")
    }
    guard try node.flag("spatial", default: true) || node.version >= 9 else {
      throw .unsupported("attribute \"spatial\" is 0, only statistics per channel are supported")
    }
  }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    for index in 1..<5 { try inputs.requireVector(index, count: inputs.channelCount()) }
    let (scales, biases) = channelFactors(inputs, as: Element.self)
    return [
      inputs[0].scaled(
        by: scales.span(of: Element.self), plus: biases.span(of: Element.self), segmentLength: inputs.channelLength())
    ]
  }

  /// What each channel is multiplied by, and what is added to it then.
  private func channelFactors<Element: RealElement>(
    _ inputs: OperatorInputs, as: Element.Type
  ) -> (scales: Tensor, biases: Tensor) {
    let values = (1..<5).map { inputs[$0].array(of: Element.self).map { Double($0) } }
    var scales: [Element] = []
    var biases: [Element] = []
    for channel in values[0].indices {
      let scale = values[0][channel] / (values[3][channel] + Double(epsilon)).squareRoot()
      scales.append(Element(scale))
      biases.append(Element(values[1][channel] - values[2][channel] * scale))
    }
    let shape = Shape([scales.count])
    return (Tensor(shape, scales), Tensor(shape, biases))
  }
}
