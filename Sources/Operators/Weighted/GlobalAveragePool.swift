import Kernels
import Tensors

/// GlobalAveragePool (ONNX 1, 22): the mean of each channel over all spatial positions.
struct GlobalAveragePool: Operator {
  static let schema = OperatorSchema("GlobalAveragePool", inputs: 1...1, bfloat16Since: 22)

  private let window: GlobalWindow

  init(_ node: NodeReader) throws(OperatorError) {
    window = try GlobalWindow(node)
  }

  var quantization: QuantizationRule { .elementwise(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let input = inputs[0]
    let placement = try window.place(input.shape)
    let data = SpatialData(input, placement.data, channelsLast: window.channelsLast, compute: inputs.compute)
    return [try data.means(placement).leaving(channelsLast: window.channelsLast, compute: inputs.compute)]
  }
}
