import Kernels

/// Numbers that look random and are the same on every run and machine (a 64-bit linear congruential generator).
struct Numbers {
  private var state: UInt64

  init(seed: UInt64 = 1) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt32 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt32(truncatingIfNeeded: state >> 33)
  }

  /// Numbers in −1 ..< 1.
  mutating func floats(_ count: Int) -> [Float] {
    (0..<count).map { _ in Float(Int(next() & 0xffff) - 0x8000) / 0x8000 }
  }

  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 7) } }

  mutating func signedBytes(_ count: Int) -> [Int8] { bytes(count).map { Int8(bitPattern: $0) } }
}

/// The largest distance between elements of the same place; infinity where one is NaN and the other is not.
func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
  precondition(a.count == b.count)
  return zip(a, b).map { $0.isNaN && $1.isNaN || $0 == $1 ? 0 : ($0 - $1).isNaN ? .infinity : abs($0 - $1) }.max() ?? 0
}
