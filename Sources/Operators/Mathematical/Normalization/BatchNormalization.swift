import Kernels
import Tensors

/// BatchNormalization (ONNX 7, 9, 14, 15): (x − mean) / √(variance + ε) · scale + bias per channel of an input
/// [batch, channels, …], with the moments found in training (Ioffe and Szegedy, "Batch Normalization").
///
/// Training itself and the statistics per element of version 7 are not supported. With the internal attribute
/// `channels_last` = 1, input and output are [batch, …, channels]; `activation` names a function of the result.
struct BatchNormalization: RealOperator {
  static let schema = OperatorSchema(
    "BatchNormalization", versions: 7...newestOpset, inputs: 5...5, bfloat16Since: 14)

  private let epsilon: Float
  private let channelsLast: Bool
  private let activation: Activation
  /// What becomes of each channel, where that is known before the run.
  private var knownFactors: ChannelFactors<Float>?

  init(_ node: NodeReader) throws(OperatorError) {
    epsilon = try node.float("epsilon", default: 1e-5)
    channelsLast = try node.isChannelsLast
    activation = try node.fusedActivation
    guard try !node.flag("training_mode", default: false), !(1..<5).contains(where: node.hasOutput) else {
      throw .unsupported("a node in training mode cannot be run")
    }
    guard try node.flag("spatial", default: true) || node.version >= 9 else {
      throw .unsupported("attribute \"spatial\" is 0, only statistics per channel are supported")
    }
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    let parameters = constants.dropFirst().compactMap(\.self)
    guard parameters.count == 4,
      parameters.allSatisfy({ $0.type == .float32 && $0.shape.rank == 1 && $0.shape == parameters[0].shape })
    else { return self }
    var prepared = self
    prepared.knownFactors = channelFactors(parameters, as: Float.self)
    return prepared
  }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    let order = ChannelOrder(inputs[0].shape, channelsLast: channelsLast)
    for index in 1..<5 { try inputs.requireVector(index, count: order.channels) }
    let numbers =
      knownFactors as? ChannelFactors<Element> ?? channelFactors((1..<5).map { inputs[$0] }, as: Element.self)
    return [try inputs[0].normalized(order, by: numbers.repeated(order.images), activation, inputs.compute)]
  }

  /// What scale, bias, mean and variance, each a number per channel, make of a channel.
  private func channelFactors<Element: RealElement>(
    _ parameters: [Tensor], as: Element.Type
  ) -> ChannelFactors<Element> {
    let values = parameters.map { $0.array(of: Element.self).map { Double($0) } }
    var numbers = ChannelFactors<Element>()
    for channel in values[0].indices {
      let factor = values[0][channel] / (values[3][channel] + Double(epsilon)).squareRoot()
      numbers.append(mean: values[2][channel], factor: factor, bias: values[1][channel])
    }
    return numbers
  }
}
