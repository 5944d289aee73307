public import ModelGraph
public import Operators
import OrderedCollections
import Tensors

extension Model {
  /// The shapes of the values of the main body that follow from the model alone.
  ///
  /// - Returns: By value, its dimensions, nil where one may differ from run to run. A value whose rank does not follow is
  ///   missing.
  public func knownShapes(_ registry: OperatorRegistry) -> [ValueID: [Int?]] {
    var facts = ShapeFacts(inputsOf: main, in: self)
    for node in main.nodes
    where registry.find(node.operatorName, version: opsets[node.operatorName.domain] ?? 1) != nil {
      facts.note(node, in: self)
    }
    var shapes: [ValueID: [Int?]] = [:]
    for value in main.inputs + main.nodes.flatMap({ $0.outputs.compactMap { $0 } }) {
      shapes[value] = facts.shape(of: value, in: self)?.map(\.fixed)
    }
    return shapes
  }
}
