import Kernels
import Tensors

/// BatchNormalization (ONNX 7, 9, 14, 15): (x − mean) / √(variance + ε) · scale + bias per channel of an input
/// [batch, channels, …], with the moments found in training (Ioffe and Szegedy, "Batch Normalization").
///
/// With `training_mode` = 1 (ONNX 14, 15) the moments are those of the input, the variance being the mean of
/// (x − mean)², and outputs 1 and 2 are moment · momentum + moment of the input · (1 − momentum). Exporters make weights
/// that are standardized of that. Training of versions before 14 and the statistics per element of version 7 are not
/// supported. With the internal attribute `channels_last` = 1, input and output are [batch, …, channels]; `activation`
/// names a function of the result.
struct BatchNormalization: RealOperator {
  static let schema = OperatorSchema(
    "BatchNormalization", versions: 7...newestOpset, inputs: 5...5,
    outputs: [.sameAsInput(0), .sameAsInput(3), .sameAsInput(4)], bfloat16Since: 14)

  private let epsilon: Float
  private let channelsLast: Bool
  private let activation: Activation
  /// How much of given moments stays in those that training updates; nil where it does not train.
  private let momentum: Double?
  /// What becomes of each channel, where that is known before the run.
  private var knownFactors: ChannelFactors<Float>?

  init(_ node: NodeReader) throws(OperatorError) {
    epsilon = try node.float("epsilon", default: 1e-5)
    channelsLast = try node.isChannelsLast
    activation = try node.fusedActivation
    let trains = try node.flag("training_mode", default: false)
    momentum = trains ? Double(try node.float("momentum", default: 0.9)) : nil
    guard trains || !(1..<5).contains(where: node.hasOutput) else {
      throw .unsupported("outputs behind the first ask for training, which takes training_mode = 1 of opset 14")
    }
    guard try node.flag("spatial", default: true) || node.version >= 9 else {
      throw .unsupported("attribute \"spatial\" is 0, only statistics per channel are supported")
    }
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    let parameters = constants.dropFirst().compactMap(\.self)
    guard momentum == nil, parameters.count == 4,
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
    if let momentum {
      return try normalizedByItself(inputs, order, momentum: momentum, as: Element.self)
    }
    let numbers =
      knownFactors as? ChannelFactors<Element> ?? channelFactors((1..<5).map { inputs[$0] }, as: Element.self)
    let joined = order.joiningImages
    return [try inputs[0].normalized(joined, by: numbers.repeated(joined.images), activation, inputs.compute)]
  }

  /// The input, brought to scale and bias by its own moments, and the given moments, updated.
  private func normalizedByItself<Element: RealElement>(
    _ inputs: OperatorInputs, _ order: ChannelOrder, momentum: Double, as: Element.Type
  ) throws(OperatorError) -> [Tensor] {
    let moments = ChannelMoments(inputs[0], order, as: Element.self, inputs.compute).ofAllImages(order)
    func updated(_ index: Int, with own: [Double]) -> Tensor {
      let given = inputs[index].array(of: Element.self)
      return Tensor(
        inputs[index].shape, zip(given, own).map { Element(Double($0) * momentum + $1 * (1 - momentum)) })
    }
    let factors = inputs.channelFactors(
      moments, order.ofOneImage, epsilon: epsilon, as: Element.self, parameter: \.self)
    let joined = order.joiningImages
    return [
      try inputs[0].normalized(joined, by: factors.repeated(joined.images), activation, inputs.compute),
      updated(3, with: moments.means), updated(4, with: moments.variances),
    ]
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
