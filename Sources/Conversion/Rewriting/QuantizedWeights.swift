import Kernels
import Quantization
import Tensors

extension QuantizationParameters {
  /// The integers of a float32 constant, channel by channel along the scheme's axis.
  func quantized(_ constant: Tensor, _ compute: Compute) -> Tensor {
    let inner = scheme.axis.map { constant.shape.count(of: $0 + 1..<constant.shape.rank) } ?? constant.count
    let scale = LinearScale(scales: scales, zeroPoints: zeroPoints, inner: inner)
    return Tensor(constant.shape, of: Int8.self) { compute.quantize(bytes: constant.bytes.span, scale, into: &$0) }
  }
}
