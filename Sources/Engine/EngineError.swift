public import ModelGraph
import Operators
import Tensors

/// Why a model cannot be compiled or run: which node, and what was wrong there.
public struct EngineError: Error, Hashable, CustomStringConvertible {
  /// The node at fault, as messages name it: `node "conv1" (Conv)`; nil where the fault is the model's as a whole.
  public var location: String?
  public var message: String

  public init(location: String? = nil, _ message: String) {
    self.location = location
    self.message = message
  }

  init(node: Node, at index: Int, _ message: String) {
    self.init(location: EngineError.describe(node, at: index), message)
  }

  public var description: String { location.map { "\($0): \(message)" } ?? message }

  /// Names a node by its name, or by its place among its siblings where it has none.
  public static func describe(_ node: Node, at index: Int) -> String {
    let name = node.name.isEmpty ? "\(index)" : "\"\(node.name)\""
    return "node \(name) (\(node.operatorName))"
  }
}
