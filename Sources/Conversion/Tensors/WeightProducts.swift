public import Kernels
public import Tensors

/// What two files' weights of one name make of the same activations.
public struct WeightProduct: Sendable, Hashable {
  public let name: String
  /// [out, in].
  public let shape: Shape
  /// How far the candidate's product lies from the reference's, as a signal-to-noise ratio in dB; +∞ where they are equal.
  public let sqnrDecibels: Double
  /// How many times faster the candidate's product is.
  public let speedup: Estimate
}

/// Multiplies pairs of weights with the same activations and gathers how far the products differ and how long they take.
///
/// Only one pair is in packed form at a time.
public struct WeightProducts: Sendable {
  public private(set) var products: [WeightProduct] = []

  private let activations: Tensor
  private let batch: Int
  private let rounds: Int
  private let compute: Compute
  private var reference: [Double]
  private var candidate: [Double]

  /// - Parameters:
  ///   - activations: float32 numbers, of which each weight takes as many as it needs: `batch` rows of its own width.
  ///   - rounds: how often each pair is timed, in turn.
  public init(activations: Tensor, batch: Int, rounds: Int = 15, compute: Compute) {
    self.activations = activations
    self.batch = batch
    self.rounds = rounds
    self.compute = compute
    reference = [Double](repeating: 0, count: rounds)
    candidate = reference
  }

  /// The milliseconds of all products together, round by round; empty before the first product.
  public var timing: InterleavedTiming {
    var timing = InterleavedTiming()
    guard !products.isEmpty else { return timing }
    for round in 0..<rounds { timing.add(reference: reference[round], candidate: candidate[round]) }
    return timing
  }

  /// Multiplies with the weights that both files call `name`: matrices of one shape, not empty.
  ///
  /// - Throws: `VerificationError` for int8 rows that are too long for exact 32-bit sums.
  public mutating func add(
    _ name: String, reference first: RealTensor, candidate second: RealTensor
  ) throws(VerificationError) {
    guard let left = PackedWeight(first), let right = PackedWeight(second) else {
      throw VerificationError(
        "is not multiplied: int8 rows of \(first.shape[1]) may overflow 32-bit sums, which take "
          + "\(PackedWeight.longestIntegerRow)")
    }
    let timing = measure(left, right, name: name, shape: first.shape)
    for round in 0..<rounds {
      reference[round] += timing.reference[round]
      candidate[round] += timing.candidate[round]
    }
  }

  /// Adds the products of one pair to the list.
  private mutating func measure(
    _ left: PackedWeight, _ right: PackedWeight, name: String, shape: Shape
  ) -> InterleavedTiming {
    let activations = activations
    let input = activations.span(of: Float.self).extracting(0..<batch * shape[1])
    let expected = left.product(input, rows: batch, compute)
    let actual = right.product(input, rows: batch, compute)
    var comparison = OutputComparison(name: name)
    comparison.add(compute.compare(expected.span(of: Float.self), actual.span(of: Float.self)))
    let timing = time(left, right, input, repetitions: Self.repetitions(of: shape, batch: batch))
    products.append(
      WeightProduct(
        name: name, shape: shape, sqnrDecibels: comparison.signalToQuantizationNoiseRatio, speedup: timing.speedup))
    return timing
  }

  private func time(
    _ left: PackedWeight, _ right: PackedWeight, _ input: Span<Float>, repetitions: Int
  ) -> InterleavedTiming {
    var timing = InterleavedTiming()
    let clock = ContinuousClock()
    for _ in 0..<rounds {
      let begin = clock.now
      for _ in 0..<repetitions { _ = left.product(input, rows: batch, compute) }
      let middle = clock.now
      for _ in 0..<repetitions { _ = right.product(input, rows: batch, compute) }
      let end = clock.now
      let count = Double(repetitions)
      timing.add(reference: (middle - begin).milliseconds / count, candidate: (end - middle).milliseconds / count)
    }
    return timing
  }

  /// How often a small product has to be repeated until a clock can tell how long it takes.
  private static func repetitions(of shape: Shape, batch: Int) -> Int {
    min(50, 1 + 50_000_000 / (shape.count * batch))
  }
}
