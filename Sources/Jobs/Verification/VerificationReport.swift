public import Conversion
public import Kernels
import FormatKit

/// What `verify` found.
public struct VerificationReport: Sendable {
  public struct Side: Sendable {
    public let path: String
    public let bytes: Int
    public let medianMilliseconds: Double
    public let p90Milliseconds: Double

    init(path: String, bytes: Int, milliseconds: [Double]) {
      self.path = path
      self.bytes = bytes
      let sorted = milliseconds.sorted()
      medianMilliseconds = sorted.isEmpty ? .nan : sorted.quantile(0.5)
      p90Milliseconds = sorted.isEmpty ? .nan : sorted.quantile(0.9)
    }
  }

  public let outputs: [OutputComparison]
  public let reference: Side
  public let candidate: Side
  public let speedup: Estimate
  public let samples: Int
  public let threads: Int
  /// Samples per timed run.
  public let batch: Int
  public let rounds: Int
  /// What the weights of two files without a graph make of the same activations; empty for models.
  public internal(set) var products: [WeightProduct] = []
  public let cpu: CPUDescription
  public let kernels: KernelTier
  /// The limits that were exceeded, one line each; empty where the candidate passed.
  public internal(set) var failures: [String] = []
  public internal(set) var warnings: [String] = []

  public var hasPassed: Bool { failures.isEmpty }
}

/// What a candidate must reach.
public struct VerificationLimits: Sendable {
  public var maxAbsoluteError: Double?
  /// In dB.
  public var minSignalToNoise: Double?
  public var minCosine: Double?
  public var minSpeedup: Double?

  public init(
    maxAbsoluteError: Double? = nil, minSignalToNoise: Double? = nil, minCosine: Double? = nil,
    minSpeedup: Double? = nil
  ) {
    self.maxAbsoluteError = maxAbsoluteError
    self.minSignalToNoise = minSignalToNoise
    self.minCosine = minCosine
    self.minSpeedup = minSpeedup
  }

  /// The limits that a report exceeds. A figure that is not a number exceeds every limit. Speed counts by its median.
  func failures(_ outputs: [OutputComparison], speedup: Estimate) -> [String] {
    var failures: [String] = []
    for output in outputs {
      let name = quoted(output.name)
      if let limit = maxAbsoluteError, !(output.largestError <= limit) {
        failures.append("output \(name): max abs error \(output.largestError.short) exceeds \(limit.short)")
      }
      if let limit = minSignalToNoise, !(output.signalToQuantizationNoiseRatio >= limit) {
        failures.append(
          "output \(name): SQNR \(output.signalToQuantizationNoiseRatio.short) dB is below \(limit.short) dB")
      }
      if let limit = minCosine, !(output.cosineSimilarity >= limit) {
        failures.append("output \(name): cosine \(output.cosineSimilarity.short) is below \(limit.short)")
      }
    }
    if let limit = minSpeedup, !(speedup.median >= limit) {
      failures.append("speedup \(speedup.median.short) is below \(limit.short)")
    }
    return failures
  }
}

extension OutputComparison {
  /// The largest error, infinite where one side has a NaN or an infinity that the other has not.
  public var largestError: Double { nonFiniteMismatches > 0 ? .infinity : maxAbsoluteError }
}
