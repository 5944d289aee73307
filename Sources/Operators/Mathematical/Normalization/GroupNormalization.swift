import Tensors

/// GroupNormalization (ONNX 18, 21): (x − mean) / √(variance + ε) · scale + bias, the moments being taken over groups
/// of neighbouring channels of each sample of an input [batch, channels, …] (Wu and He, "Group Normalization").
///
/// There is one scale and one bias per group before version 21 and per channel from then on.
struct GroupNormalization: RealOperator {
  static let schema = OperatorSchema(
    "GroupNormalization", versions: 18...newestOpset, inputs: 3...3, float16Since: 18, bfloat16Since: 18)

  private let groups: Int
  private let epsilon: Float
  private let scalesGroups: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    groups = try node.requiredInt("num_groups")
    guard groups > 0 else { throw .attribute("num_groups", "is \(groups), expected a positive number") }
    epsilon = try node.float("epsilon", default: 1e-5)
    scalesGroups = node.version < 21
    try node.requireFloat32Stash()
  }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    try inputs.requireChannels()
    let channels = inputs.channelCount()
    guard channels % groups == 0 else {
      throw .attribute("num_groups", "is \(groups), which does not divide the \(channels) channels of input 0")
    }
    try inputs.requireVector(1, count: scalesGroups ? groups : channels)
    try inputs.requireVector(2, count: scalesGroups ? groups : channels)
    let groupLength = channels / groups * inputs.channelLength()
    let normalization = RowNormalization(
      rowCount: inputs[0].shape[0] * groups, rowLength: groupLength, epsilon: epsilon, centers: true)
    let rows = normalization.apply(to: inputs[0], as: Element.self, with: inputs.compute).rows
    let (scales, biases) = (inputs[1], inputs[2])
    return [
      rows.scaled(
        by: scales.span(of: Element.self), plus: biases.span(of: Element.self),
        segmentLength: scalesGroups ? groupLength : inputs.channelLength())
    ]
  }
}
