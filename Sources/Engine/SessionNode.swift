public import ModelGraph

/// A node of a session's main body, for reports.
public struct SessionNode: Sendable, Hashable {
  /// The node's name or, where it has none, that of its first output; empty where that has none either.
  public let name: String
  public let operatorName: OperatorName

  init(_ node: Node, in model: Model) {
    name = node.name.isEmpty ? node.outputs.lazy.compactMap(\.self).first.map { model[$0].name } ?? "" : node.name
    operatorName = node.operatorName
  }
}

extension Model {
  /// The nodes of the main body and of all bodies within.
  var nodeCount: Int { main.nodeCount }
}

extension Body {
  fileprivate var nodeCount: Int {
    nodes.reduce(0) { $0 + 1 + $1.bodies.reduce(0) { $0 + $1.nodeCount } }
  }
}
