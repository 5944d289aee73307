public import FormatKit
public import Tensors

/// What a file holds.
public struct InspectionReport: Sendable {
  public let path: String
  public let bytes: Int
  public let content: Content

  public enum Content: Sendable {
    case model(ModelSummary)
    case tensors(metadata: [(key: String, value: String)], tensors: [TensorSummary])
  }

  /// An input or output of a model.
  public struct ValueSummary: Sendable, Hashable {
    public let name: String
    public let type: String
    /// One entry per dimension: a number, a name or "?"; nil where the rank is not declared.
    public let shape: [String]?
  }

  public struct TensorSummary: Sendable, Hashable {
    public let name: String
    public let type: DataType
    public let shape: Shape
    public let bytes: Int
  }

  public struct ModelSummary: Sendable {
    public let formatVersion: Int
    public let opsets: [(domain: String, version: Int)]
    public let metadata: [(key: String, value: String)]
    public let inputs: [ValueSummary]
    public let outputs: [ValueSummary]
    /// Operators of all bodies with their counts, the most frequent first.
    public let operators: [(name: String, count: Int)]
    public let functions: Int
    /// Elements of all initializers and constants.
    public let parameters: Int
    /// Elements and bytes of initializers by type, the largest first.
    public let types: [(type: DataType, elements: Int, bytes: Int)]
  }
}

extension InspectionReport {
  /// The report as programs read it.
  public var json: JSON {
    switch content {
    case .model(let model):
      return [
        "path": .string(path), "bytes": .integer(bytes), "kind": "model",
        "format_version": .integer(model.formatVersion),
        "opsets": .array(
          model.opsets.map { ["domain": .string($0.domain), "version": .integer($0.version)] }),
        "metadata": .array(model.metadata.map { ["key": .string($0.key), "value": .string($0.value)] }),
        "inputs": .array(model.inputs.map(\.json)), "outputs": .array(model.outputs.map(\.json)),
        "operators": .array(model.operators.map { ["name": .string($0.name), "count": .integer($0.count)] }),
        "functions": .integer(model.functions), "parameters": .integer(model.parameters),
        "types": .array(
          model.types.map {
            [
              "type": .string("\($0.type)"), "elements": .integer($0.elements), "bytes": .integer($0.bytes),
            ]
          }),
      ]
    case .tensors(let metadata, let tensors):
      return [
        "path": .string(path), "bytes": .integer(bytes), "kind": "tensors",
        "metadata": .array(metadata.map { ["key": .string($0.key), "value": .string($0.value)] }),
        "tensors": .array(
          tensors.map {
            [
              "name": .string($0.name), "type": .string("\($0.type)"),
              "shape": .array($0.shape.dimensions.map(JSON.integer)), "bytes": .integer($0.bytes),
            ]
          }),
      ]
    }
  }
}

extension InspectionReport.ValueSummary {
  fileprivate var json: JSON {
    [
      "name": .string(name), "type": .string(type),
      "shape": shape.map { .array($0.map { Int($0).map(JSON.integer) ?? .string($0) }) } ?? .null,
    ]
  }
}
