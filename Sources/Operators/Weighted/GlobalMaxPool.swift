import Kernels
import Tensors

/// GlobalMaxPool (ONNX 1, 22): the largest element of each channel over all spatial positions.
struct GlobalMaxPool: Operator {
  static let schema = OperatorSchema("GlobalMaxPool", inputs: 1...1, bfloat16Since: 22)

  private let window: GlobalWindow

  init(_ node: NodeReader) throws(OperatorError) {
    window = try GlobalWindow(node)
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let placement = try window.place(inputs[0].shape)
    let data = SpatialData(inputs[0], placement.data, channelsLast: window.channelsLast, compute: inputs.compute)
    return [try data.maxima(placement).leaving(channelsLast: window.channelsLast, compute: inputs.compute)]
  }
}
