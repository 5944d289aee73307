import Kernels
import Tensors

/// InstanceNormalization (ONNX 6, 22): (x − mean) / √(variance + ε) · scale + bias, the moments being taken over each
/// channel of each sample of an input [batch, channels, …].
///
/// With the internal attribute `channels_last` = 1, input and output are [batch, …, channels]; `activation` names a
/// function of the result.
struct InstanceNormalization: RealOperator {
  static let schema = OperatorSchema(
    "InstanceNormalization", versions: 6...newestOpset, inputs: 3...3, bfloat16Since: 22)

  private let epsilon: Float
  private let channelsLast: Bool
  private let activation: Activation

  init(_ node: NodeReader) throws(OperatorError) {
    epsilon = try node.float("epsilon", default: 1e-5)
    channelsLast = try node.isChannelsLast
    activation = try node.fusedActivation
  }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    try inputs.requireChannels()
    let order = ChannelOrder(inputs[0].shape, channelsLast: channelsLast)
    try inputs.requireVector(1, count: order.channels)
    try inputs.requireVector(2, count: order.channels)
    let moments = ChannelMoments(inputs[0], order, as: Element.self, inputs.compute)
    let numbers = inputs.channelFactors(moments, order, epsilon: epsilon, as: Element.self) { $0 }
    return [try inputs[0].normalized(order, by: numbers, activation, inputs.compute)]
  }
}

extension OperatorInputs {
  /// What brings channels of these moments to the means in input 2 and the spreads in input 1. `parameter` is the place
  /// there of the numbers for a channel.
  func channelFactors<Element: RealElement>(
    _ moments: ChannelMoments, _ order: ChannelOrder, epsilon: Float, as: Element.Type, parameter: (Int) -> Int
  ) -> ChannelFactors<Element> {
    let (scales, biases) = (self[1], self[2])
    let (scaleSpan, biasSpan) = (scales.span(of: Element.self), biases.span(of: Element.self))
    var numbers = ChannelFactors<Element>()
    for image in 0..<order.images {
      for channel in 0..<order.channels {
        let place = parameter(channel)
        let index = image * order.channels + channel
        numbers.append(
          mean: moments.means[index],
          factor: Double(scaleSpan[place]) / (moments.variances[index] + Double(epsilon)).squareRoot(),
          bias: Double(biasSpan[place]))
      }
    }
    return numbers
  }
}
