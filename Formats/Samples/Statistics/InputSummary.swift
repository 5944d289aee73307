public import FormatKit
public import Kernels

/// What the data of one input looks like, for its owner to see whether it is what the model was trained on.
public struct InputSummary: Sendable, Hashable {
  /// The name of the input.
  public let input: String
  /// The number of samples and of their elements together.
  public let sampleCount: Int
  public let elementCount: Int
  /// The smallest and the largest finite element; nil where there is none.
  public let range: ClosedRange<Double>?
  /// Mean and standard deviation (dividing by the count) of the finite elements.
  public let mean: Double
  public let standardDeviation: Double
  public let nanCount: Int
  public let infinityCount: Int
  /// What looks wrong about some of the samples.
  public let warnings: [InputWarning]

  init(_ input: InputSpecification, samples: [ElementStatistics]) {
    var all = ElementStatistics()
    for sample in samples { all.merge(sample) }
    self.input = input.name
    sampleCount = samples.count
    elementCount = all.count
    range = all.finiteCount > 0 ? all.minimum...all.maximum : nil
    mean = all.mean
    standardDeviation = all.standardDeviation
    nanCount = all.nanCount
    infinityCount = all.infinityCount
    warnings = InputWarning.all(input, samples)
  }
}

extension SampleStream {
  /// Reads all samples once and describes them input by input, in the model's order. Inputs whose elements are no
  /// real numbers have no samples in their summaries.
  public func summarize(_ compute: Compute) throws(FormatError) -> [InputSummary] {
    var samples = [[ElementStatistics]](repeating: [], count: inputs.count)
    for index in 0..<batchCount {
      for (position, tensor) in try batch(index).enumerated() where isNew(inBatch: index, input: position) {
        samples[position] += tensor.statistics(
          parts: sampleCount(inBatch: index, input: position), compute)
      }
    }
    return zip(inputs, samples).map { InputSummary($0, samples: $1) }
  }
}
