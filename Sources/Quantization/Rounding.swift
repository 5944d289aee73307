/// The exact arithmetic of ONNX QuantizeLinear and DequantizeLinear (opset 10 to 28, integer types), one element at
/// a time. Faster kernels are held to these functions bit for bit.
extension QuantizationParameters {
  /// `saturate(round(value / scale) + zeroPoint)`: a float division, not a product with the reciprocal; ties go to
  /// the even integer; the zero point is added after rounding. The result lies in the scheme's `quantizedRange`.
  /// Infinities saturate. NaN, which ONNX leaves undefined, becomes the zero point.
  public func quantize(_ value: Float, channel: Int = 0) -> Int32 {
    let steps = (value / scales[channel]).rounded(.toNearestOrEven)
    return saturate(Double(steps), zeroPoint: zeroPoints[channel])
  }

  /// `(integer − zeroPoint) · scale` in float: the difference is exact for every 8-bit type, the product is rounded
  /// once.
  public func dequantize(_ integer: Int32, channel: Int = 0) -> Float {
    Float(Int64(integer) - Int64(zeroPoints[channel])) * scales[channel]
  }

  /// Adds the zero point to a rounded number of steps and clamps the sum to the integers in use.
  func saturate(_ steps: Double, zeroPoint: Int32) -> Int32 {
    guard !steps.isNaN else { return zeroPoint }
    let range = scheme.quantizedRange
    let sum = steps + Double(zeroPoint)
    return Int32(min(max(sum, Double(range.lowerBound)), Double(range.upperBound)))
  }
}
