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
    let type = input.tensor.type
    let target = try inputs.tensorScale(3, zeroPoint: 4, of: type)
    let numbers = input.dequantized(compute: inputs.compute)
    let data = try SpatialData(numbers, channelsLast: attributes.channelsLast, compute: inputs.compute)
    let geometry = try attributes.geometry(of: data)
    let means = try data.means(geometry, countsPadding: countsPadding)
    let result = type == .uint8 ? quantize(means, target, UInt8.self) : quantize(means, target, Int8.self)
    return [result.leaving(channelsLast: attributes.channelsLast, compute: inputs.compute)]
  }

  private func quantize<Quantized: QuantizedElement>(
    _ means: Tensor, _ target: TensorScale, _: Quantized.Type
  ) -> Tensor {
    let elements = means.span(of: Float.self)
    return Tensor(means.shape, of: Quantized.self) { output in
      for index in elements.indices {
        let value = elements[index] / target.scale + Float(target.zeroPoint)
        output[index] = Quantized(rounding: value, zeroPoint: 0)
      }
    }
  }
}

extension QuantizedInput {
  /// The real numbers that the values stand for.
  func dequantized(compute: Compute) -> Tensor {
    tensor.type == .uint8 ? dequantized(UInt8.self, compute) : dequantized(Int8.self, compute)
  }

  private func dequantized<Quantized: QuantizedElement>(_: Quantized.Type, _ compute: Compute) -> Tensor {
    let elements = tensor.span(of: Quantized.self)
    return Tensor(tensor.shape, of: Float.self) { output in
      compute.dequantize(elements, LinearScale(scale.scale, zeroPoint: scale.zeroPoint), into: &output)
    }
  }
}
