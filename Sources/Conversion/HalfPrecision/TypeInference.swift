public import ModelGraph
public import Operators
import OrderedCollections
import Tensors

extension Model {
  /// The values that are float16, by what the file declares and the operators' type rules.
  public func halfValues(_ registry: OperatorRegistry = .standard) -> Set<ValueID> {
    var typed = self
    typed.inferTypes(registry)
    return Set(typed.values.indices.map { ValueID($0) }.filter { typed[$0].type == .float16 })
  }

  /// Fills in the element types that the file leaves out, by the type rules of the operators, through all bodies.
  /// A value stays without a type where its operator is unknown.
  mutating func inferTypes(_ registry: OperatorRegistry) {
    for id in values.indices.map({ ValueID($0) }) {
      if let constant = self[id].constant { self[id].type = constant.type }
    }
    inferTypes(in: main, registry)
  }

  private mutating func inferTypes(in body: Body, _ registry: OperatorRegistry) {
    for node in body.nodes {
      for inner in node.bodies { inferTypes(in: inner, registry) }
      let types = outputTypes(of: node, registry)
      for (output, type) in zip(node.outputs, types) {
        if let output, let type, self[output].type == nil { self[output].type = type }
      }
    }
  }

  /// The types of a node's outputs, as far as its operator tells; for control flow, those of its first body.
  private func outputTypes(of node: Node, _ registry: OperatorRegistry) -> [DataType?] {
    if let body = node.bodies.first {
      // Loop and Scan bodies return a condition or states first; only branches map one to one.
      return node.operatorName.type == "If" ? body.outputs.map { self[$0].type } : []
    }
    guard let operation = makeOperator(node, registry) else { return [] }
    let types = operation.outputTypes(node.inputs.map { $0.flatMap { self[$0].type } })
    guard let last = types.last else { return [] }
    return node.outputs.indices.map { $0 < types.count ? types[$0] : last }
  }

  /// The operator of a node without bodies; nil where it is unknown or its attributes are invalid.
  func makeOperator(_ node: Node, _ registry: OperatorRegistry) -> (any Operator)? {
    let version = opsets[node.operatorName.domain] ?? 1
    guard node.bodies.isEmpty, let type = registry.find(node.operatorName, version: version) else { return nil }
    return try? type.init(NodeReader(node, version: version))
  }
}
