public import Engine
public import Kernels
public import ModelGraph
import Tensors

/// A model with the file it came from.
public struct LoadedModel: Sendable {
  public let path: String
  /// The size of the file without external data.
  public let fileBytes: Int
  public let model: Model

  /// Reads a model of any format that holds a graph.
  public init(path: String) throws(JobError) {
    switch try LoadedFile.load(path) {
    case .model(let loaded): self = loaded
    case .tensors: throw JobError(.badInput, path: path, "holds tensors without a graph, expected a model that can run")
    }
  }

  init(path: String, fileBytes: Int, model: Model) {
    self.path = path
    self.fileBytes = fileBytes
    self.model = model
  }

  /// The size of the model: the file, or where that keeps weights in other files, the weights.
  public var totalBytes: Int {
    let weights = model.values.reduce(0) { $0 + ($1.constant?.bytes.count ?? 0) }
    return max(fileBytes, weights)
  }

  /// Makes the model ready to run.
  public func session(
    passes: [any GraphPass] = PassList.standard, compute: Compute
  ) throws(JobError) -> Session {
    do { return try Session(model, passes: passes, compute: compute) } catch {
      throw JobError(.badInput, path: path, error.description)
    }
  }
}
