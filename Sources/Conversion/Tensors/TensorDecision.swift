public import Tensors

/// What becomes of one tensor of a file without a graph.
public enum TensorDecision: Sendable, Hashable {
  /// Every element is rounded to this type.
  case narrow(to: DataType)
  /// The rows become int8, each with its scale. The scales are representable in the tensor's own type.
  case quantize(scales: [Float])
  /// It stays byte for byte what it was.
  case keep(Reason)

  /// Why a tensor stays as it is.
  public enum Reason: Sendable, Hashable {
    /// Its elements are not of a type that is converted.
    case type
    /// It is of the wanted type already.
    case wantedType
    /// Its name is not that of a weight.
    case name
    /// It is not a matrix.
    case rank
    /// It has no elements.
    case empty
    case embedding
    case normalization
    /// It gives a language model's scores of words.
    case head
    /// The name that its scales would have is taken.
    case scaleNameTaken
    /// It has a NaN or an infinity.
    case notFinite
    /// Its largest magnitude would become infinite.
    case overflow(magnitude: Float)
    /// The caller excluded it.
    case excluded
  }

  public var isConverted: Bool {
    if case .keep = self { false } else { true }
  }

  /// The type that a tensor of `type` gets.
  public func resultType(of type: DataType) -> DataType {
    switch self {
    case .narrow(let target): target
    case .quantize: .int8
    case .keep: type
    }
  }
}

extension TensorDecision: CustomStringConvertible {
  public var description: String {
    switch self {
    case .narrow(let type): "\(type)"
    case .quantize: "int8 with a scale per row"
    case .keep(let reason): "kept: \(reason)"
    }
  }
}

extension TensorDecision.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .type: "type is not converted"
    case .wantedType: "type is the wanted one"
    case .name: "not named as a weight"
    case .rank: "not a matrix"
    case .empty: "no elements"
    case .embedding: "embedding"
    case .normalization: "normalization"
    case .head: "output head"
    case .scaleNameTaken: "name of its scales is taken"
    case .notFinite: "has NaN or Inf"
    case .overflow: "would overflow"
    case .excluded: "excluded"
    }
  }
}
