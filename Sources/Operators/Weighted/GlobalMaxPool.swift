import Kernels
import Tensors

/// GlobalMaxPool (ONNX 1, 22): the largest element of each channel over all spatial positions.
struct GlobalMaxPool: Operator {
  static let schema = OperatorSchema("GlobalMaxPool", inputs: 1...1, bfloat16Since: 22)

  private let channelsLast: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    channelsLast = try node.isChannelsLast
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let data = try SpatialData(inputs[0], channelsLast: channelsLast, compute: inputs.compute)
    let result = try data.maxima(data.wholeWindow())
    return [result.leaving(channelsLast: channelsLast, compute: inputs.compute)]
  }
}
