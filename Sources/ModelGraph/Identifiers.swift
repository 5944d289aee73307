/// The identity of a value within its model: an index into `Model.values`.
public struct ValueID: Hashable, Sendable, Comparable {
  public let index: Int
  public init(_ index: Int) { self.index = index }
  public static func < (left: ValueID, right: ValueID) -> Bool { left.index < right.index }
}

/// The name of an operator: its domain and type, `ai.onnx` being the empty domain.
public struct OperatorName: Hashable, Sendable {
  public var domain: String
  public var type: String

  /// Names an operator. `ai.onnx` is an alias of the empty domain (ONNX IR specification, "Operator Sets").
  public init(_ type: String, domain: String = "") {
    self.type = type
    self.domain = domain == "ai.onnx" ? "" : domain
  }
}

extension OperatorName: CustomStringConvertible {
  public var description: String { domain.isEmpty ? type : "\(domain)::\(type)" }
}
