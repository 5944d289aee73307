import FormatKit
import ModelGraph

extension ConversionRequest {
  /// Warnings of names to exclude that no node bears, neither in the model as read nor in the one that was planned.
  func unusedExclusions(_ original: Model, _ prepared: Model) -> [String] {
    let names = original.nodeNames.union(prepared.nodeNames)
    return excludedNodes.subtracting(names).sorted().map { "excluded name \(quoted($0)) is not that of a node" }
  }
}

extension Model {
  /// The names of the nodes of all bodies and functions.
  fileprivate var nodeNames: Set<String> {
    var names: Set<String> = []
    for body in [main] + functions.map(\.body) {
      body.forEachBody { names.formUnion($0.nodes.map(\.name)) }
    }
    return names
  }
}
