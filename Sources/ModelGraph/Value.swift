public import Tensors

/// One dimension of a declared shape.
public enum Dimension: Hashable, Sendable {
  /// A size known before the model runs.
  case fixed(Int)
  /// A size known by name only: equal names mean equal sizes within one run.
  case named(String)
  /// A size about which the file says nothing.
  case unknown

  public var fixed: Int? {
    if case .fixed(let size) = self { size } else { nil }
  }
}

extension Dimension: CustomStringConvertible {
  public var description: String {
    switch self {
    case .fixed(let size): "\(size)"
    case .named(let name): name
    case .unknown: "?"
    }
  }
}

/// What is known of a value before the model runs.
public struct Value: Sendable {
  /// The name in the file. Unique within its scope; sibling subgraphs may repeat it.
  public var name: String
  /// The element type, where declared or solved.
  public var type: DataType?
  /// The dimensions, where declared; nil where even the rank is unknown.
  public var dimensions: [Dimension]?
  /// The elements of an initializer.
  public var constant: Tensor?
  /// What the format said beyond this, to be written back untouched.
  public var extras: FormatExtras

  public init(
    name: String, type: DataType? = nil, dimensions: [Dimension]? = nil, constant: Tensor? = nil,
    extras: FormatExtras = FormatExtras()
  ) {
    self.name = name
    self.type = type
    self.dimensions = dimensions
    self.constant = constant
    self.extras = extras
  }
}

/// Fields of a file that the model does not interpret but must keep: documentation, metadata, unknown fields.
///
/// Opaque to all but the format that read them.
public struct FormatExtras: Sendable {
  public var bytes: [UInt8]
  public init(_ bytes: [UInt8] = []) { self.bytes = bytes }
}
