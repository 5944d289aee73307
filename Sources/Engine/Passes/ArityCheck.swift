public import ModelGraph
import Operators
import OrderedCollections

/// Refuses nodes with fewer inputs or outputs than their operator has, so that no later pass has to look before it
/// takes the first of them. Nodes of unknown operators pass.
public struct ArityCheck: GraphPass {
  public let name = "arity-check"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteBodies { body, model throws(EngineError) in
      for (index, node) in body.nodes.enumerated() {
        let version = model.opsets[node.operatorName.domain] ?? 1
        guard let schema = context.registry.find(node.operatorName, version: version)?.schema else { continue }
        if let problem = node.arityProblem(schema) { throw EngineError(node: node, at: index, problem) }
      }
    }
  }
}

extension Node {
  /// What keeps the node from having the inputs and outputs of its operator: "has 1 inputs, expected 2 to 3".
  func arityProblem(_ schema: OperatorSchema) -> String? {
    if outputs.isEmpty { return "has no outputs, expected at least 1" }
    let arity = schema.inputs
    let present = inputs.prefix(arity.lowerBound).count { $0 != nil }
    if present == arity.lowerBound, inputs.count <= arity.upperBound { return nil }
    let expected =
      arity.count == 1
      ? "\(arity.lowerBound)"
      : arity.upperBound == .max ? "at least \(arity.lowerBound)" : "\(arity.lowerBound) to \(arity.upperBound)"
    return "has \(inputs.count { $0 != nil }) inputs, expected \(expected)"
  }
}
