import Tensors

/// Repeatable numbers between −1 and 1, from a linear congruential generator.
public func numbers(_ count: Int, seed: UInt64 = 1) -> [Float] {
  var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
  }
}

/// A float32 tensor of repeatable numbers between −`scale` and `scale`.
public func randomTensor(_ shape: [Int], seed: UInt64 = 1, scale: Float = 1) -> Tensor {
  let shape = Shape(shape)
  return Tensor(shape, numbers(shape.count, seed: seed).map { $0 * scale })
}

extension Tensor {
  public var floats: [Float] { array(of: Float.self) }

  /// The largest difference from another float32 tensor, over the largest magnitude of either.
  public func relativeDifference(from other: Tensor) -> Float {
    guard shape == other.shape, type == other.type else { return .infinity }
    let pairs = Array(zip(floats, other.floats))
    let magnitude = pairs.map { max(abs($0), abs($1)) }.max() ?? 0
    return (pairs.map { abs($0 - $1) }.max() ?? 0) / max(magnitude, .leastNormalMagnitude)
  }
}
