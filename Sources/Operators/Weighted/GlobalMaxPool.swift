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
    let window = try data.wholeWindow()
    let shape = try data.shape(channels: data.channels, spatial: window.output)
    let result: Tensor
    switch data.type {
    case .float32: result = Maximizing(initial: -Float.infinity).pool(data, window, shape: shape)
    case .float64: result = Maximizing(initial: -Double.infinity).pool(data, window, shape: shape)
    default: throw .input(0, "has type \(data.type), expected a floating-point type")
    }
    return [result.leaving(channelsLast: channelsLast, compute: inputs.compute)]
  }
}
