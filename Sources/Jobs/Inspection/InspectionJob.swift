import ModelGraph
import OrderedCollections
import Safetensors
import Tensors

/// Reads a file and says what it holds, without running it.
public struct InspectionJob {
  public let path: String

  public init(path: String) { self.path = path }

  public func run() throws(JobError) -> InspectionReport {
    switch try LoadedFile.load(path) {
    case .model(let loaded):
      return InspectionReport(path: path, bytes: loaded.fileBytes, content: .model(summarize(loaded.model)))
    case .tensors(let loaded):
      let tensors = loaded.file.tensors.map {
        InspectionReport.TensorSummary(name: $0, type: $1.type, shape: $1.shape, bytes: $1.bytes.count)
      }
      return InspectionReport(
        path: path, bytes: loaded.fileBytes,
        content: .tensors(metadata: loaded.file.metadata.map { ($0, $1) }, tensors: tensors))
    }
  }

  private func summarize(_ model: Model) -> InspectionReport.ModelSummary {
    var counts: [String: Int] = [:]
    var parameters = 0
    var types: [DataType: (elements: Int, bytes: Int)] = [:]
    func add(_ tensor: Tensor) {
      parameters += tensor.count
      types[tensor.type, default: (0, 0)].elements += tensor.count
      types[tensor.type, default: (0, 0)].bytes += tensor.bytes.count
    }
    for body in [model.main] + model.functions.map(\.body) {
      body.forEachBody { inner in
        for id in inner.initializers { model[id].constant.map(add) }
        for node in inner.nodes {
          counts[node.operatorName.description, default: 0] += 1
          if node.operatorName.type == "Constant", case .tensor(let tensor)? = node.attributes["value"] { add(tensor) }
        }
      }
    }
    return InspectionReport.ModelSummary(
      formatVersion: model.formatVersion,
      opsets: model.opsets.map { (domain: $0.isEmpty ? "ai.onnx" : $0, version: $1) },
      metadata: model.metadata.map { (key: $0, value: $1) },
      inputs: model.requiredInputs.map { summarize(model[$0]) },
      outputs: model.main.outputs.map { summarize(model[$0]) },
      operators: counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { (name: $0.key, count: $0.value) },
      functions: model.functions.count, parameters: parameters,
      types: types.sorted { ($1.value.bytes, $0.key.rawValue) < ($0.value.bytes, $1.key.rawValue) }
        .map { (type: $0.key, elements: $0.value.elements, bytes: $0.value.bytes) })
  }

  private func summarize(_ value: Value) -> InspectionReport.ValueSummary {
    InspectionReport.ValueSummary(
      name: value.name, type: value.type.map { "\($0)" } ?? "?", shape: value.dimensions?.map(\.description))
  }
}
