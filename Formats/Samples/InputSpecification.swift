public import Tensors

/// What a model says about one of its inputs.
public struct InputSpecification: Sendable, Hashable {
  public let name: String
  public let type: DataType
  /// The sizes of the axes; nil where not even their number is known.
  public let dimensions: [Dimension]?

  public init(name: String, type: DataType, dimensions: [Dimension]?) {
    self.name = name
    self.type = type
    self.dimensions = dimensions
  }

  /// The size of one axis.
  public enum Dimension: Sendable, Hashable {
    case fixed(Int)
    /// Any size; the name, if there is one, serves messages only.
    case free(String?)

    var size: Int? { if case .fixed(let size) = self { size } else { nil } }
  }
}

extension InputSpecification: CustomStringConvertible {
  /// Type and shape: `float32 [batch, 3, ?]`.
  public var description: String { "\(type) \(shapeDescription)" }

  var shapeDescription: String {
    guard let dimensions else { return "of any shape" }
    return "[\(dimensions.map(\.description).joined(separator: ", "))]"
  }
}

extension InputSpecification.Dimension: CustomStringConvertible {
  public var description: String {
    switch self {
    case .fixed(let size): "\(size)"
    case .free(let name): name ?? "?"
    }
  }
}
