/// A kernel that interpolates between neighbours.
enum InterpolationKernel {
  case linear
  /// Cubic convolution with the free parameter a (R. G. Keys, 1981, equation 4).
  case cubic(a: Float)

  /// How many neighbours on each side have a weight.
  var reach: Int {
    switch self {
    case .linear: 1
    case .cubic: 2
    }
  }

  /// The weight of a neighbour at a distance.
  func weight(at distance: Float) -> Float {
    let x = abs(distance)
    switch self {
    case .linear: return max(1 - x, 0)
    case .cubic(let a):
      if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      return x < 2 ? ((x - 5) * x + 8) * x * a - 4 * a : 0
    }
  }
}

/// For each entry of a resampled axis, which entries of the input it mixes, and how.
struct InterpolationWeights {
  /// How many entries of the input each entry mixes.
  let tapCount: Int
  /// `tapCount` entries of the input for each entry of the result.
  private(set) var entries: [Int] = []
  private(set) var weights: [Float] = []
  /// Whether each entry lies outside the input and gets the extrapolation value.
  private(set) var isOutside: [Bool] = []

  /// `stretches` widens the kernel where the axis shrinks, so that every entry of the input counts. `excludesOutside`
  /// leaves out neighbours beyond the ends, which otherwise repeat the last entry. The input is not empty.
  init(
    _ axis: ResampledAxis, _ kernel: InterpolationKernel, transform: CoordinateTransform, stretches: Bool,
    excludesOutside: Bool
  ) {
    // An output of at least one entry means that the scale is hardly below this bound.
    let density = stretches ? max(min(axis.scale, 1), 1 / Float(axis.inputLength)) : 1
    let first = Int((-Float(kernel.reach) / density).rounded(.down)) + 1
    tapCount = 2 - 2 * first
    for position in 0..<axis.outputLength {
      let x = axis.coordinate(position, transform)
      let base = Int(boundedCoordinate: x.rounded(.up)) - 1
      var taps: [Float] = []
      for tap in 0..<tapCount {
        let entry = base + first + tap
        let isExcluded = excludesOutside && !(0..<axis.inputLength).contains(entry)
        taps.append(isExcluded ? 0 : kernel.weight(at: density * (Float(entry) - x)))
        entries.append(min(max(entry, 0), axis.inputLength - 1))
      }
      if stretches || excludesOutside {
        let sum = taps.reduce(0, +)
        if sum != 0 { for tap in taps.indices { taps[tap] /= sum } }
      }
      weights += taps
      isOutside.append(transform == .cropAndResize && axis.isOutside(x))
    }
  }
}
