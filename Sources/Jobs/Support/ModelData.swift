import Engine
import FormatKit
public import Kernels
public import ModelGraph
public import Samples
public import Tensors

/// Calibration or test data, opened and checked against the inputs of a model.
public struct ModelData: Sendable {
  public let path: String
  public let stream: SampleStream

  /// - Parameters:
  ///   - inputs: the inputs of the model, in order.
  ///   - batch: how many samples to feed at once; nil lets the model and the data decide.
  public init(path: String, inputs: [Value], batch: Int?) throws(JobError) {
    self.path = path
    let specifications = inputs.map { input in
      InputSpecification(
        name: input.name, type: input.type ?? .float32, dimensions: input.dimensions?.map(\.ofSamples))
    }
    do { stream = try Samples.open(path, inputs: specifications, batch: batch) } catch {
      throw JobError(error, path: path)
    }
  }

  /// Samples in the first batch, which is the largest.
  public var batchSize: Int { stream.samples(inBatch: 0).count }

  /// What the data looks like, input by input.
  public func summarize(_ compute: Compute) throws(JobError) -> [InputSummary] {
    do { return try stream.summarize(compute) } catch { throw JobError(error, path: path) }
  }

  /// The batch at `index`, one tensor per input.
  public func batch(_ index: Int) throws(JobError) -> [Tensor] {
    do { return try stream.batch(index) } catch { throw JobError(error, path: path) }
  }
}

extension Dimension {
  /// The dimension in the words of the samples' own module.
  fileprivate var ofSamples: InputSpecification.Dimension {
    switch self {
    case .fixed(let size): .fixed(size)
    case .named(let name): .free(name)
    case .unknown: .free(nil)
    }
  }
}
