/// The bias of an integer product. It is added to the 32-bit sums of input times weight, and so has no choice of
/// scale: input scale · weight scale, zero point 0, as ONNX QLinearConv (version 10) prescribes.
extension QuantizationParameters {
  /// These parameters of a weight with scales enlarged where the bias would overflow 32 bits otherwise.
  ///
  /// The smallest scale that holds bias b is 1.0001 · |b| / (2³¹ − 1), ONNX Runtime's rule; a weight scale whose
  /// product with `inputScale` falls below is raised to reach it. The weight must be quantized with the result.
  /// With one weight scale for the tensor, the largest |b| counts. Weights with zero points other than 0 are returned
  /// as they are: ONNX Runtime does not adjust them either.
  ///
  /// - Parameter bias: as many finite values as the weight has output channels.
  public func widened(forBias bias: Span<Float>, inputScale: Float) -> QuantizationParameters {
    guard zeroPoints.allSatisfy({ $0 == 0 }) else { return self }
    let largest = largestBiases(bias)
    let widened = zip(scales, largest).map { scale, magnitude in
      widen(scale: scale, forBias: magnitude, inputScale: inputScale)
    }
    return QuantizationParameters(unchecked: scheme, scales: widened, zeroPoints: zeroPoints)
  }

  /// The parameters of the bias that belongs to a weight with these parameters. The product of the scales is taken
  /// in float; one that underflows to 0 becomes 1, and such a bias is 0 as an integer.
  public func biasParameters(inputScale: Float) -> QuantizationParameters {
    let products = scales.map { scale in
      let product = inputScale * scale
      return product > 0 ? product : 1
    }
    let granularity: QuantizationScheme.Granularity = scheme.axis == nil ? .perTensor : .perChannel(axis: 0)
    return QuantizationParameters(
      unchecked: QuantizationScheme(storage: .int32, mapping: .symmetric, granularity: granularity),
      scales: products, zeroPoints: [Int32](repeating: 0, count: products.count))
  }

  /// `saturate(round(bias / scale))` with these parameters of a bias. The division is done in double precision, as
  /// ONNX Runtime's quantizer does: a quotient of 31 bits does not fit a float.
  public func quantizeBias(_ bias: Float, channel: Int = 0) -> Int32 {
    let steps = (Double(bias) / Double(scales[channel])).rounded(.toNearestOrEven)
    return saturate(steps, zeroPoint: 0)
  }

  /// The largest |bias| that each scale has to hold.
  private func largestBiases(_ bias: Span<Float>) -> [Float] {
    guard scheme.axis == nil else {
      precondition(bias.count == scales.count, "\(bias.count) biases for \(scales.count) scales")
      return bias.indices.map { abs(bias[$0]) }
    }
    var largest: Float = 0
    for index in bias.indices { largest = max(largest, abs(bias[index])) }
    return [largest]
  }
}

private func widen(scale: Float, forBias magnitude: Float, inputScale: Float) -> Float {
  let smallestBiasScale = 1.0001 * (2 * Double(magnitude)) / (2 * Double(Int32.max))
  let biasScale = Double(inputScale) * Double(scale)
  guard biasScale < smallestBiasScale, biasScale > 0 else { return scale }
  return min(Float(Double(scale) * (smallestBiasScale / biasScale)), .greatestFiniteMagnitude)
}
