import Kernels
import Tensors

/// Turns sums of integer products into quantized values of another scale, as ONNX Runtime's CPU kernels do: one
/// multiplication in float32, rounding half to even, then the zero point.
struct Requantization {
  /// One factor for all sums, or one per column.
  let factors: [Float]
  let zeroPoint: Int32
  let type: DataType

  /// The values for `sums`, whose last axis are the columns, plus a bias per column.
  func apply(to sums: Tensor, bias: [Int32]? = nil) -> Tensor {
    type == .uint8 ? apply(to: sums, bias, UInt8.self) : apply(to: sums, bias, Int8.self)
  }

  private func apply<Quantized: QuantizedElement>(
    to sums: Tensor, _ bias: [Int32]?, _: Quantized.Type
  ) -> Tensor {
    let elements = sums.span(of: Int32.self)
    let columns = bias?.count ?? factors.count
    return Tensor(sums.shape, of: Quantized.self) { output in
      for index in elements.indices {
        let column = index % columns
        let sum = Float(elements[index] &+ (bias?[column] ?? 0))
        output[index] = Quantized(rounding: sum * factors[factors.count == 1 ? 0 : column], zeroPoint: zeroPoint)
      }
    }
  }
}
