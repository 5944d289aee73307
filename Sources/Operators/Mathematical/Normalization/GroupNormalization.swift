import Kernels
import Tensors

/// GroupNormalization (ONNX 18, 21): (x − mean) / √(variance + ε) · scale + bias, the moments being taken over groups
/// of neighbouring channels of each sample of an input [batch, channels, …] (Wu and He, "Group Normalization").
///
/// There is one scale and one bias per group before version 21 and per channel from then on. With the internal attribute
/// `channels_last` = 1, input and output are [batch, …, channels]; `activation` names a function of the result.
struct GroupNormalization: RealOperator {
  static let schema = OperatorSchema(
    "GroupNormalization", versions: 18...newestOpset, inputs: 3...3, float16Since: 18, bfloat16Since: 18)

  private let groups: Int
  private let epsilon: Float
  private let scalesGroups: Bool
  private let channelsLast: Bool
  private let activation: Activation

  init(_ node: NodeReader) throws(OperatorError) {
    groups = try node.requiredInt("num_groups")
    guard groups > 0 else { throw .attribute("num_groups", "is \(groups), expected a positive number") }
    epsilon = try node.float("epsilon", default: 1e-5)
    scalesGroups = node.version < 21
    channelsLast = try node.isChannelsLast
    activation = try node.fusedActivation
    try node.requireFloat32Stash()
  }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    try inputs.requireChannels()
    let order = ChannelOrder(inputs[0].shape, channelsLast: channelsLast)
    guard order.channels % groups == 0 else {
      throw .attribute("num_groups", "is \(groups), which does not divide the \(order.channels) channels of input 0")
    }
    try inputs.requireVector(1, count: scalesGroups ? groups : order.channels)
    try inputs.requireVector(2, count: scalesGroups ? groups : order.channels)
    let size = order.channels / groups
    var moments = ChannelMoments(inputs[0], order, as: Element.self, inputs.compute)
    if size > 0 { moments.joinGroups(of: size) }
    let numbers = inputs.channelFactors(moments, order, epsilon: epsilon, as: Element.self) { channel in
      scalesGroups ? channel / size : channel
    }
    return [try inputs[0].normalized(order, by: numbers, activation, inputs.compute)]
  }
}
