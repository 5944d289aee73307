import Kernels
import Tensors

/// GlobalAveragePool (ONNX 1, 22): the mean of each channel over all spatial positions.
struct GlobalAveragePool: Operator {
  static let schema = OperatorSchema("GlobalAveragePool", inputs: 1...1, bfloat16Since: 22)

  private let channelsLast: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    channelsLast = try node.isChannelsLast
  }

  var quantization: QuantizationRule { .elementwise(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let data = try SpatialData(inputs[0], channelsLast: channelsLast, compute: inputs.compute)
    let result = try data.means(data.wholeWindow())
    return [result.leaving(channelsLast: channelsLast, compute: inputs.compute)]
  }
}
