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
  private let keepsHistograms: Bool
  private let kernels: StatisticsKernels

  /// - Parameters:
  ///   - observed: the activations to gather statistics of; only float32 ones can be.
  ///   - keepsHistograms: whether to keep more than the extremes, as percentile estimators need.
  public init(observing observed: Set<ValueID>, keepsHistograms: Bool, compute: Compute) {
    kernels = StatisticsKernels(compute)
    self.observed = observed
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
    guard observed.contains(value), tensor.type == .float32 else { return }
    let floats = tensor.aligned()
    statistics[value, default: CalibrationStatistics(keepsHistogram: keepsHistograms)]
      .observe(floats.span(of: Float.self), using: kernels)
  }
}
