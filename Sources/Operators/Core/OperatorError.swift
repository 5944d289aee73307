/// Why a node cannot be read or run. The message names inputs and attributes; the engine adds the node.
public struct OperatorError: Error, Hashable, CustomStringConvertible {
  public enum Kind: Sendable, Hashable {
    /// Valid ONNX that this engine does not run.
    case unsupported
    /// An attribute is missing, of the wrong kind or out of range.
    case attribute
    /// An input has the wrong type, shape or content.
    case input
  }
  public let kind: Kind
  public let message: String
  public var description: String { message }

  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  public static func unsupported(_ message: String) -> OperatorError { OperatorError(.unsupported, message) }
  public static func attribute(_ name: String, _ problem: String) -> OperatorError {
    OperatorError(.attribute, "attribute \"\(name)\" \(problem)")
  }
  public static func input(_ index: Int, _ problem: String) -> OperatorError {
    OperatorError(.input, "input \(index) \(problem)")
  }
}
