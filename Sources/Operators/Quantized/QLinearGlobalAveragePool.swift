import Kernels
import Tensors

/// QLinearGlobalAveragePool (com.microsoft 1): the mean of each channel of a quantized tensor, quantized again.
struct QLinearGlobalAveragePool: Operator {
  static let schema = OperatorSchema(
    "QLinearGlobalAveragePool", domain: "com.microsoft", inputs: 4...5, float16Since: nil, bfloat16Since: nil)

  private let window: GlobalWindow

  init(_ node: NodeReader) throws(OperatorError) {
    window = try GlobalWindow(node)
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let input = try QuantizedInput(inputs, at: 0)
    let type = input.tensor.type
    let target = try inputs.tensorScale(3, zeroPoint: 4, of: type)
    let placement = try window.place(input.tensor.shape)
    guard placement.windows.inputCount <= 1 << 22, let pooling = placement.pooling else {
      throw .input(0, "has shape \(input.tensor.shape), expected 1 to \(1 << 22) positions on at most 3 axes")
    }
    let data = input.tensor.arriving(channelsLast: window.channelsLast, compute: inputs.compute)
    let result =
      type == .uint8
      ? average(data, input.scale, pooling, placement.result, target, UInt8.self, inputs.compute)
      : average(data, input.scale, pooling, placement.result, target, Int8.self, inputs.compute)
    return [result.leaving(channelsLast: window.channelsLast, compute: inputs.compute)]
  }

  private func average<Quantized: QuantizedElement>(
    _ data: Tensor, _ source: TensorScale, _ pooling: PoolingShape, _ shape: Shape, _ target: TensorScale,
    _: Quantized.Type, _ compute: Compute
  ) -> Tensor {
    let elements = data.span(of: Quantized.self)
    return Tensor(shape, of: Quantized.self) { output in
      compute.poolAverage(elements, source, pooling, into: &output, target)
    }
  }
}
