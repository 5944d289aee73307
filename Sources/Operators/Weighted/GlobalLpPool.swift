import Kernels
import Tensors

/// GlobalLpPool (ONNX 2, 22): the p-norm of each channel over all spatial positions.
struct GlobalLpPool: Operator {
  static let schema = OperatorSchema("GlobalLpPool", versions: 2...newestOpset, inputs: 1...1, bfloat16Since: 22)

  private let power: Int
  private let window: GlobalWindow

  init(_ node: NodeReader) throws(OperatorError) {
    power = try node.normPower()
    window = try GlobalWindow(node)
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let placement = try window.place(inputs[0].shape)
    let data = SpatialData(inputs[0], placement.data, channelsLast: window.channelsLast, compute: inputs.compute)
    let result = try data.norms(power: power, placement)
    return [result.leaving(channelsLast: window.channelsLast, compute: inputs.compute)]
  }
}
