/// Why numbers cannot be quantized, or parameters are not valid.
public enum QuantizationError: Error, Hashable, Sendable {
  /// A value to be quantized is NaN or infinite. `index` counts elements in row-major order.
  case notFinite(value: String, index: Int)
  /// The axis of a per-channel scheme is not one of the tensor's.
  case axis(Int, rank: Int)
  /// There are not as many scales as zero points, or not as many as the scheme asks for.
  case count(scales: Int, zeroPoints: Int)
  /// A scale is not a positive finite number.
  case scale(String, channel: Int)
  /// A zero point is none of the integers in the scheme's storage type.
  case zeroPoint(Int32, channel: Int, allowed: ClosedRange<Int32>)
}

extension QuantizationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFinite(let value, let index):
      "element \(index) is \(value), which no integer stands for"
    case .axis(let axis, let rank):
      "axis \(axis) lies outside a tensor of rank \(rank)"
    case .count(let scales, let zeroPoints):
      "\(scales) scales and \(zeroPoints) zero points do not make a set of quantization parameters"
    case .scale(let scale, let channel):
      "scale \(channel) is \(scale), not a positive finite number"
    case .zeroPoint(let zeroPoint, let channel, let allowed):
      "zero point \(channel) is \(zeroPoint), outside \(allowed.lowerBound)…\(allowed.upperBound)"
    }
  }
}
