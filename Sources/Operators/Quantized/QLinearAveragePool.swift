import Kernels
import Tensors

/// QLinearAveragePool (com.microsoft 1): the mean of each window of a quantized tensor, quantized again.
///
/// As in ONNX Runtime the mean is taken of float32 numbers, and the zero point added before rounding.
struct QLinearAveragePool: Operator {
  static let schema = OperatorSchema(
    "QLinearAveragePool", domain: "com.microsoft", inputs: 4...5, float16Since: nil, bfloat16Since: nil)

  private let attributes: PoolingAttributes
  private var scales: Derived<PoolingScales>

  init(_ node: NodeReader) throws(OperatorError) {
    attributes = try PoolingAttributes(node, countsPadding: try node.flag("count_include_pad", default: false))
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
    let placement = try attributes.place(input.shape)
    let data = input.arriving(channelsLast: attributes.channelsLast, compute: inputs.compute)
    guard placement.result.count == 0 || data.count > 0, placement.windows.axes.count <= 3 else {
      throw .input(0, "has shape \(input.shape), expected elements on at most 3 spatial axes")
    }
    let result =
      input.type == .uint8
      ? means(data, scales.source, placement, scales.target, UInt8.self, inputs.compute)
      : means(data, scales.source, placement, scales.target, Int8.self, inputs.compute)
    return [result.leaving(channelsLast: attributes.channelsLast, compute: inputs.compute)]
  }

  private func means<Quantized: QuantizedElement>(
    _ data: Tensor, _ source: TensorScale, _ placement: PoolingPlacement, _ target: TensorScale, _: Quantized.Type,
    _ compute: Compute
  ) -> Tensor {
    let elements = data.span(of: Quantized.self)
    return Tensor(placement.result, of: Quantized.self) { output in
      guard let pooling = placement.pooling else { return }
      compute.poolRealAverage(elements, source, pooling, into: &output, target)
    }
  }
}
