import Kernels
import Tensors

/// AveragePool (ONNX 1, 7, 10, 11, 19, 22): the mean of each window.
struct AveragePool: Operator {
  static let schema = OperatorSchema("AveragePool", inputs: 1...1, bfloat16Since: 22)

  private let attributes: PoolingAttributes
  private let countsPadding: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    countsPadding = try node.flag("count_include_pad", default: false)
    attributes = try PoolingAttributes(node, countsPadding: countsPadding)
  }

  var quantization: QuantizationRule { .elementwise(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let input = inputs[0]
    let placement = try attributes.place(input.shape)
    let data = SpatialData(input, placement.data, channelsLast: attributes.channelsLast, compute: inputs.compute)
    let result = try data.means(placement, countsPadding: countsPadding)
    return [result.leaving(channelsLast: attributes.channelsLast, compute: inputs.compute)]
  }
}
