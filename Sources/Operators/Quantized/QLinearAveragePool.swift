import Kernels
import Tensors

/// QLinearAveragePool (com.microsoft 1): the mean of each window of a quantized tensor, quantized again.
///
/// As in ONNX Runtime the mean is taken of float32 numbers, and the zero point added before rounding.
struct QLinearAveragePool: Operator {
  static let schema = OperatorSchema(
    "QLinearAveragePool", domain: "com.microsoft", inputs: 4...5, float16Since: nil, bfloat16Since: nil)

  private let attributes: PoolingAttributes
  private let countsPadding: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    attributes = try PoolingAttributes(node)
    countsPadding = try node.flag("count_include_pad", default: false)
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let input = try QuantizedInput(inputs, at: 0)
    let target = try inputs.tensorScale(3, zeroPoint: 4, of: input.tensor.type)
    let data = try SpatialData(input.tensor, channelsLast: attributes.channelsLast, compute: inputs.compute)
    let windows = try attributes.geometry(of: data)
    let shape = try data.shape(channels: data.channels, spatial: windows.output)
    guard shape.count == 0 || data.tensor.count > 0, windows.axes.count <= 3 else {
      throw .input(0, "has shape \(input.tensor.shape), expected elements on at most 3 spatial axes")
    }
    let result =
      input.tensor.type == .uint8
      ? means(data, input.scale, windows, shape, target, UInt8.self)
      : means(data, input.scale, windows, shape, target, Int8.self)
    return [result.leaving(channelsLast: attributes.channelsLast, compute: inputs.compute)]
  }

  private func means<Quantized: QuantizedElement>(
    _ data: SpatialData, _ source: TensorScale, _ windows: WindowGeometry, _ shape: Shape, _ target: TensorScale,
    _: Quantized.Type
  ) -> Tensor {
    let elements = data.tensor.span(of: Quantized.self)
    return Tensor(shape, of: Quantized.self) { output in
      guard let pooling = data.pooling(windows, countsPadding: countsPadding) else { return }
      data.compute.poolRealAverage(elements, source, pooling, into: &output, target)
    }
  }
}
