import Kernels
import Tensors

/// AveragePool (ONNX 1, 7, 10, 11, 19, 22): the mean of each window.
struct AveragePool: Operator {
  static let schema = OperatorSchema("AveragePool", inputs: 1...1, bfloat16Since: 22)

  private let attributes: PoolingAttributes
  private let countsPadding: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    attributes = try PoolingAttributes(node)
    countsPadding = try node.flag("count_include_pad", default: false)
  }

  var quantization: QuantizationRule { .elementwise(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let data = try SpatialData(inputs[0], channelsLast: attributes.channelsLast, compute: inputs.compute)
    let geometry = try attributes.geometry(of: data)
    let result = try data.means(geometry, countsPadding: countsPadding)
    return [result.leaving(channelsLast: attributes.channelsLast, compute: inputs.compute)]
  }
}
