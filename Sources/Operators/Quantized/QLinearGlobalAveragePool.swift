import Kernels
import Tensors

/// QLinearGlobalAveragePool (com.microsoft 1): the mean of each channel of a quantized tensor, quantized again.
struct QLinearGlobalAveragePool: Operator {
  static let schema = OperatorSchema(
    "QLinearGlobalAveragePool", domain: "com.microsoft", inputs: 4...5, float16Since: nil, bfloat16Since: nil)

  private let window: GlobalWindow
  private var scales: Derived<PoolingScales>

  init(_ node: NodeReader) throws(OperatorError) {
    window = try GlobalWindow(node)
    scales = Derived(node)
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.scales = scales.prepared(with: constants)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let input = try inputs.bytes(0)
    let scales = try scales.scales(inputs, of: input.type)
    let placement = try window.place(input.shape)
    guard placement.windows.inputCount <= 1 << 22, let pooling = placement.pooling else {
      throw .input(0, "has shape \(input.shape), expected 1 to \(1 << 22) positions on at most 3 axes")
    }
    let data = input.arriving(channelsLast: window.channelsLast, compute: inputs.compute)
    let result =
      input.type == .uint8
      ? average(data, scales.source, pooling, placement.result, scales.target, UInt8.self, inputs.compute)
      : average(data, scales.source, pooling, placement.result, scales.target, Int8.self, inputs.compute)
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
