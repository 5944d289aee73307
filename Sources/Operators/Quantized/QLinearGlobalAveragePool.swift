import Kernels
import Tensors

/// QLinearGlobalAveragePool (com.microsoft 1): the mean of each channel of a quantized tensor, quantized again.
struct QLinearGlobalAveragePool: Operator {
  static let schema = OperatorSchema(
    "QLinearGlobalAveragePool", domain: "com.microsoft", inputs: 4...5, float16Since: nil, bfloat16Since: nil)

  private let channelsLast: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    channelsLast = try node.isChannelsLast
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let input = try QuantizedInput(inputs, at: 0)
    let type = input.tensor.type
    let target = try inputs.tensorScale(3, zeroPoint: 4, of: type)
    let data = try SpatialData(input.tensor, channelsLast: channelsLast, compute: inputs.compute)
    let shape = try data.shape(channels: data.channels, spatial: data.spatial.map { _ in 1 })
    guard data.spatialCount <= 1 << 22, let pooling = data.pooling(try data.wholeWindow()) else {
      throw .input(0, "has shape \(input.tensor.shape), expected 1 to \(1 << 22) positions on at most 3 axes")
    }
    let result =
      type == .uint8
      ? average(data, input.scale, pooling, shape, target, UInt8.self)
      : average(data, input.scale, pooling, shape, target, Int8.self)
    return [result.leaving(channelsLast: channelsLast, compute: inputs.compute)]
  }

  private func average<Quantized: QuantizedElement>(
    _ data: SpatialData, _ source: TensorScale, _ pooling: PoolingShape, _ shape: Shape, _ target: TensorScale,
    _: Quantized.Type
  ) -> Tensor {
    let elements = data.tensor.span(of: Quantized.self)
    return Tensor(shape, of: Quantized.self) { output in
      data.compute.poolAverage(elements, source, pooling, into: &output, target)
    }
  }
}
