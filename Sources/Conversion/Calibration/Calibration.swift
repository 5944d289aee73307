public import Engine
public import Kernels
public import ModelGraph
public import Quantization
public import Tensors

/// Runs a model on the user's data and gathers statistics of its activations.
///
/// Memory does not depend on the number of samples: each activation is summed up as it appears and forgotten.
public struct Calibration: Sendable {
  /// What was gathered, per activation.
  public private(set) var statistics: [ValueID: CalibrationStatistics] = [:]
  /// The element count of the batches fed so far.
  public private(set) var batches = 0

  private let observed: Set<ValueID>
  private let joined: [ValueID: [JoinedResult.Part]]
  private let keepsHistograms: Bool
  private let compute: Compute
  private let kernels: StatisticsKernels

  /// - Parameters:
  ///   - observed: the activations to gather statistics of; only float32 ones can be.
  ///   - joined: results that are shown, channels last, in place of the observed activations that they hold; none where
  ///     histograms are kept.
  ///   - keepsHistograms: whether to keep more than the extremes, as percentile estimators need.
  public init(
    observing observed: Set<ValueID>, joined: [JoinedResult] = [], keepsHistograms: Bool, compute: Compute
  ) {
    precondition(joined.isEmpty || !keepsHistograms, "histograms of joined results")
    kernels = StatisticsKernels(compute)
    self.compute = compute
    self.observed = observed
    self.joined = Dictionary(uniqueKeysWithValues: joined.map { ($0.value, $0.parts) })
    self.keepsHistograms = keepsHistograms
  }

  /// Runs one batch, given in the order of the session's inputs, and adds what is seen.
  ///
  /// - Parameter inputs: the model's inputs as values, in the same order.
  public mutating func observe(
    _ batch: [Tensor], as inputs: [ValueID], in session: Session
  ) throws(EngineError) {
    for (input, tensor) in zip(inputs, batch) { observe(input, tensor) }
    // Moved out and back, so that what is gathered has one owner and is changed in place.
    var gathered = self
    statistics = [:]
    defer { self = gathered }
    _ = try session.run(batch) { value, tensor in gathered.observe(value, tensor) }
    gathered.batches += 1
  }

  private mutating func observe(_ value: ValueID, _ tensor: Tensor) {
    if let parts = joined[value] { return observe(parts, tensor) }
    guard observed.contains(value), tensor.type == .float32 else { return }
    let floats = tensor.aligned()
    statistics[value, default: CalibrationStatistics(keepsHistogram: keepsHistograms)]
      .observe(floats.span(of: Float.self), using: kernels)
  }

  /// Takes in the parts of a result that are joined along its last axis.
  private mutating func observe(_ parts: [JoinedResult.Part], _ tensor: Tensor) {
    guard tensor.type == .float32 else { return }
    let floats = tensor.aligned()
    let channels = parts.reduce(0) { $0 + $1.channels }
    var first = 0
    for part in parts {
      let summary = compute.summarize(
        floats.span(of: Float.self), columns: first..<first + part.channels, of: channels)
      statistics[part.value, default: CalibrationStatistics(keepsHistogram: false)].observe(ValueSummary(summary))
      first += part.channels
    }
  }
}
