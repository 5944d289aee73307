/// What it takes to go from real numbers to integers and back: real = (integer − zeroPoint) · scale.
///
/// Scales are positive and finite. There is one for the tensor, or one per channel along the scheme's axis.
public struct QuantizationParameters: Hashable, Sendable {
  public let scheme: QuantizationScheme
  public let scales: [Float]
  public let zeroPoints: [Int32]

  /// Checks given parameters.
  public init(scheme: QuantizationScheme, scales: [Float], zeroPoints: [Int32]) throws(QuantizationError) {
    let isCountRight = scheme.axis != nil || scales.count == 1
    guard isCountRight, scales.count == zeroPoints.count else {
      throw .count(scales: scales.count, zeroPoints: zeroPoints.count)
    }
    for (channel, scale) in scales.enumerated() where !(scale > 0 && scale.isFinite) {
      throw .scale("\(scale)", channel: channel)
    }
    let allowed = scheme.storage.range
    for (channel, zeroPoint) in zeroPoints.enumerated() where !allowed.contains(zeroPoint) {
      throw .zeroPoint(zeroPoint, channel: channel, allowed: allowed)
    }
    self.init(unchecked: scheme, scales: scales, zeroPoints: zeroPoints)
  }

  init(unchecked scheme: QuantizationScheme, scales: [Float], zeroPoints: [Int32]) {
    self.scheme = scheme
    self.scales = scales
    self.zeroPoints = zeroPoints
  }

  /// The parameters that make `range` representable, by the rule of ONNX Runtime's quantizer (`compute_scale_zp`).
  ///
  /// The range is first widened to include zero, and made symmetric where the scheme is. The scale is the width of
  /// the range over the number of steps, in double precision, rounded to float; one below the smallest normal float
  /// becomes 1 with zero point 0. The zero point is rounded half to even.
  public init(range: ClosedRange<Float>, scheme: QuantizationScheme) {
    self.init(ranges: [range], scheme: scheme)
    precondition(scheme.axis == nil, "one range for a scheme with an axis")
  }

  /// The parameters of a per-channel scheme, one range per channel, each by the rule of `init(range:scheme:)`.
  public init(ranges: [ClosedRange<Float>], scheme: QuantizationScheme) {
    let pairs = ranges.map { ScaleAndZeroPoint(covering: $0, scheme: scheme) }
    self.init(unchecked: scheme, scales: pairs.map(\.scale), zeroPoints: pairs.map(\.zeroPoint))
  }

  /// The parameters of a result that cannot leave 0…1, such as that of Softmax and Sigmoid, as ONNX Runtime's
  /// operators QLinearSoftmax and QLinearSigmoid want them: scale 1/256 with the lowest integer for 0, so that 1
  /// saturates to 255/256. Symmetric schemes have no use for that and cover −1…1.
  public init(unitInterval scheme: QuantizationScheme) {
    guard scheme.mapping == .asymmetric, scheme.storage != .int32 else {
      self.init(range: 0...1, scheme: scheme)
      return
    }
    let levels = scheme.quantizedRange
    let scale = 1 / Float(levels.upperBound - levels.lowerBound + 1)
    self.init(unchecked: scheme, scales: [scale], zeroPoints: [levels.lowerBound])
  }

  /// The same parameters with every scale passed through `round`, for files that store scales in half precision.
  /// A scale that would become 0 or infinite is kept as it is.
  public func roundingScales(_ round: (Float) -> Float) -> QuantizationParameters {
    let rounded = scales.map { scale in
      let result = round(scale)
      return result > 0 && result.isFinite ? result : scale
    }
    return QuantizationParameters(unchecked: scheme, scales: rounded, zeroPoints: zeroPoints)
  }
}

/// One scale with its zero point.
struct ScaleAndZeroPoint {
  let scale: Float
  let zeroPoint: Int32

  init(covering range: ClosedRange<Float>, scheme: QuantizationScheme) {
    precondition(range.lowerBound.isFinite && range.upperBound.isFinite, "range \(range) is not finite")
    var lower = Double(min(range.lowerBound, 0))
    var upper = Double(max(range.upperBound, 0))
    if scheme.mapping == .symmetric {
      upper = max(-lower, upper)
      lower = -upper
    }
    let lowest = Double(scheme.quantizedRange.lowerBound)
    let highest = Double(scheme.quantizedRange.upperBound)
    let exactScale = (upper - lower) / (highest - lowest)
    guard exactScale >= Double(Float.leastNormalMagnitude) else {
      (scale, zeroPoint) = (1, 0)
      return
    }
    scale = Float(exactScale)
    let exactZeroPoint = scheme.mapping == .symmetric ? (lowest + highest) / 2 : lowest - lower / exactScale
    zeroPoint = Int32(min(max(exactZeroPoint.rounded(.toNearestOrEven), lowest), highest))
  }
}
