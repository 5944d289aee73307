import Kernels
import Tensors

/// QLinearGlobalAveragePool (com.microsoft 1): the mean of each channel of a quantized tensor, quantized again.
struct QLinearGlobalAveragePool: Operator {
  static let schema = OperatorSchema(
    "QLinearGlobalAveragePool", domain: "com.microsoft", inputs: 4...5, float16Since: nil, bfloat16Since: nil)

  private let window: GlobalWindow
  private var scales: Derived<Scales>

  /// The scales and zero points of data and result, both of one type.
  private struct Scales: Sendable {
    let type: DataType
    let source, target: TensorScale

    init(_ inputs: some NodeInputs, of type: DataType) throws(OperatorError) {
      self.type = type
      source = try inputs.tensorScale(1, zeroPoint: 2, of: type)
      target = try inputs.tensorScale(3, zeroPoint: 4, of: type)
    }
  }

  init(_ node: NodeReader) throws(OperatorError) {
    window = try GlobalWindow(node)
    scales = Derived(node, from: 1...4)
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.scales = scales.prepared(with: constants) { inputs throws(OperatorError) in
      guard let zeroPoint = inputs.optional(2) else { return nil }
      return try Scales(inputs, of: zeroPoint.type)
    }
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let input = try inputs.bytes(0)
    let known = scales.value.flatMap { $0.type == input.type ? $0 : nil }
    let scales = if let known { known } else { try Scales(inputs, of: input.type) }
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
