import Kernels
import Tensors

/// GlobalLpPool (ONNX 2, 22): the p-norm of each channel over all spatial positions.
struct GlobalLpPool: Operator {
  static let schema = OperatorSchema("GlobalLpPool", versions: 2...newestOpset, inputs: 1...1, bfloat16Since: 22)

  private let power: Int
  private let channelsLast: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    power = try node.normPower()
    channelsLast = try node.isChannelsLast
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let data = try SpatialData(inputs[0], channelsLast: channelsLast, compute: inputs.compute)
    let result = try data.norms(power: power, data.wholeWindow())
    return [result.leaving(channelsLast: channelsLast, compute: inputs.compute)]
  }
}
