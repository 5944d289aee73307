public import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Removes nodes that return their input as it is: Identity, and Dropout as inference sees it.
///
/// What used the result uses the input. A node whose result leaves the body, or is used within a nested one, stays.
public struct IdentityElimination: GraphPass {
  public let name = "identity-elimination"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteBodies { body, model in
      let fixed = Set(body.outputs).union(body.nodes.flatMap(\.captures))
      let used = fixed.union(body.nodes.lazy.flatMap(\.inputs).compactMap(\.self))
      var sources: [ValueID: ValueID] = [:]
      var kept: [Node] = []
      for var node in body.nodes {
        node.inputs = node.inputs.map { $0.map { sources[$0] ?? $0 } }
        let hasOneResult = node.outputs.dropFirst().allSatisfy { $0.map { !used.contains($0) } ?? true }
        if hasOneResult, let input = passedThrough(node, model, context), let output = node.outputs[0],
          !fixed.contains(output)
        {
          sources[output] = input
        } else {
          kept.append(node)
        }
      }
      body.nodes = kept
    }
  }

  /// The input that is what a node returns as its first result; nil where it does anything else.
  private func passedThrough(_ node: Node, _ model: Model, _ context: PassContext) -> ValueID? {
    guard node.operatorName.domain.isEmpty, context.knows(node, in: model) else { return nil }
    switch node.operatorName.type {
    case "Identity": return node.inputs[0]
    case "Dropout":
      // Whether to train is an input.
      guard node.inputs.count > 2, let training = node.inputs[2] else { return node.inputs[0] }
      guard let constant = model[training].constant, constant.type == .bool, constant.count == 1 else { return nil }
      return constant.bits(as: UInt8.self)[0] == 0 ? node.inputs[0] : nil
    default: return nil
    }
  }
}
