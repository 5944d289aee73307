import Quantization
import Tensors

extension QuantizationParameters {
  /// The integers of a float32 constant, channel by channel along the scheme's axis.
  func quantized(_ constant: Tensor) -> Tensor {
    let source = constant.aligned()
    let span = source.span(of: Float.self)
    let axis = scheme.axis
    let inner = axis.map { constant.shape.count(of: $0 + 1..<constant.shape.rank) } ?? constant.count
    return Tensor(constant.shape, of: Int8.self) { result in
      var start = 0
      var block = 0
      while start < span.count {
        let channel = block % scales.count
        for index in start..<start + inner { result[index] = Int8(quantize(span[index], channel: channel)) }
        start += inner
        block += 1
      }
    }
  }
}
