public import ModelGraph
public import Operators
import OrderedCollections
import Tensors

extension Model {
  /// The rule of a node's operator with its constant inputs known; `.keepFloat` for operators that are not.
  public func quantizationRule(of node: Node, _ registry: OperatorRegistry) -> QuantizationRule {
    let version = opsets[node.operatorName.domain] ?? 1
    guard node.bodies.isEmpty, let type = registry.find(node.operatorName, version: version),
      let operation = try? type.init(NodeReader(node, version: version))
    else { return .keepFloat }
    return operation.quantization(with: node.inputs.map { $0.flatMap { self[$0].constant } })
  }
}
