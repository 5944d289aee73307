import Kernels
import Tensors

/// Turns sums of integer products into quantized values of another scale, as ONNX Runtime's CPU kernels do: one
/// multiplication in float32, rounding half to even, then the zero point.
struct Requantization {
  /// One factor for all sums, or one per column.
  let factors: [Float]
  let zeroPoint: Int32
  /// uint8 or int8.
  let type: DataType

  /// The same as what the packed kernels do to their sums; `bias` is added first.
  func epilogue<Quantized: QuantizedByte>(bias: [Int32]? = nil, _: Quantized.Type) -> Int8Epilogue<Quantized> {
    .requantize(multipliers: factors, bias: bias, zeroPoint: zeroPoint)
  }

  /// The values for `sums`, whose last axis are the columns.
  func apply(to sums: Tensor) -> Tensor {
    type == .uint8 ? apply(to: sums, UInt8.self) : apply(to: sums, Int8.self)
  }

  private func apply<Quantized: QuantizedByte>(to sums: Tensor, _: Quantized.Type) -> Tensor {
    let elements = sums.span(of: Int32.self)
    return Tensor(sums.shape, of: Quantized.self) { output in
      for index in elements.indices {
        let value = Float(elements[index]) * factors[index % factors.count]
        output[index] = Quantized(rounding: value, zeroPoint: zeroPoint)
      }
    }
  }
}

extension OperatorInputs {
  /// scale of the left operand · scale of the right one / scale of the output: one, or one per column.
  func factors(left: Float, right: Int, output: Int, columns: Int) throws(OperatorError) -> [Float] {
    let scales = try scales(right)
    guard scales.count == 1 || scales.count == columns else {
      throw .input(right, "has shape \(self[right].shape), expected one scale or \(columns)")
    }
    let scale = try scale(output)
    return scales.map { left * $0 / scale }
  }
}
