public import Kernels
import Conversion
import Engine
import FormatKit
import ModelGraph
import Samples
public import Tensors

/// Runs a model on data and writes every output under its name.
public struct RunJob {
  public var model: String
  public var data: String
  public var output: String
  /// Which sample of a stack to run. An array of the input's own rank is fed whole.
  public var sample: Int
  public var overwrites: Bool

  public init(model: String, data: String, output: String, sample: Int = 0, overwrites: Bool = true) {
    self.model = model
    self.data = data
    self.output = output
    self.sample = sample
    self.overwrites = overwrites
  }

  /// What a run wrote.
  public struct Report: Sendable {
    public let outputs: [(name: String, type: DataType, shape: Shape)]
    public let milliseconds: Double
    public let bytes: Int
  }

  public func run(compute: Compute) throws(JobError) -> Report {
    let loaded = try LoadedModel(path: model)
    let session = try loaded.session(compute: compute)
    let data = try ModelData(path: data, inputs: session.inputs, batch: nil)
    let inputs: [Tensor]
    do { inputs = try data.stream.sample(sample) } catch { throw JobError(error, path: data.path) }
    let clock = ContinuousClock()
    let start = clock.now
    let results: [Tensor]
    do { results = try session.run(inputs) } catch { throw JobError(.badInput, path: model, error.description) }
    let milliseconds = (clock.now - start).milliseconds
    let named = zip(session.outputs, results).map { (name: $0.name, tensor: $1) }
    do {
      let bytes = try NPZWriter.write(named, to: output)
      return Report(
        outputs: named.map { ($0.name, $0.tensor.type, $0.tensor.shape) }, milliseconds: milliseconds, bytes: bytes)
    } catch {
      throw JobError(error, path: output)
    }
  }
}
