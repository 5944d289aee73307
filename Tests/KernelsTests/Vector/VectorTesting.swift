import Kernels
import Tensors

/// Lengths around the width of a vector, and one with many whole vectors and a tail.
let vectorLengths = [0, 1, 3, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 1000]

extension Compute {
  static let reference = Compute(tier: .reference, threads: 1)

  /// Every tier of this machine but the reference, on one thread and on two.
  static let fast: [Compute] = KernelTier.available.filter { $0 != .reference }.flatMap {
    [Compute(tier: $0, threads: 1), Compute(tier: $0, threads: 2)]
  }

  static let all: [Compute] = [.reference] + fast
}

/// Reproducible numbers (SplitMix64).
struct TestNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func float(in range: ClosedRange<Float> = -4...4) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * Float(next() >> 40) / Float(1 << 24)
  }

  mutating func floats(_ count: Int, in range: ClosedRange<Float> = -4...4) -> [Float] {
    (0..<count).map { _ in float(in: range) }
  }

  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}

extension Array {
  /// An array of `count` elements that `body` has written over the given filler.
  init(count: Int, filler: Element, _ body: (inout MutableSpan<Element>) -> Void) {
    self = Array(repeating: filler, count: count)
    var span = mutableSpan
    body(&span)
  }
}

extension [Float] {
  /// The bit patterns, all NaN being one: what "the same result" means.
  var bits: [UInt32] { map { $0.isNaN ? Float.nan.bitPattern : $0.bitPattern } }
}

/// Numbers of every kind: zeros, denormals, ties, infinities, NaN, and random bits.
let awkwardNumbers: [Float] =
  [
    0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude,
    .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .infinity, -.infinity, .nan, -.nan, .signalingNaN, 0x1p-24,
    0x1p-25, 0x1.8p-25, 65504, 65519.996, 65520, 0x1p-133, -0x1.8p-134, 88.7, 89, -87.4, -103.9, -104, 10, -10, 1e10,
  ]
  + {
    var numbers = TestNumbers(seed: 7)
    return (0..<2000).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: numbers.next())) }
  }()
