public import ModelGraph
import OrderedCollections
import Tensors

/// Turns Constant nodes into constants of their values, and forwards the constants that Identity nodes copy.
///
/// A Constant without a plain tensor value (strings, sparse tensors) stays as it is.
public struct ConstantNodes: GraphPass {
  public let name = "constant-nodes"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteBodies { body, model in
      let returned = Set(body.outputs)
      body.nodes.removeAll { node in
        guard let output = node.outputs.first ?? nil, let tensor = constantResult(of: node, in: model) else {
          return false
        }
        if returned.contains(output), node.operatorName.type == "Identity" { return false }
        model[output].constant = tensor
        model[output].type = tensor.type
        model[output].dimensions = tensor.shape.dimensions.map(Dimension.fixed)
        body.initializers.append(output)
        return true
      }
    }
  }

  private func constantResult(of node: Node, in model: Model) -> Tensor? {
    guard node.operatorName.domain.isEmpty else { return nil }
    switch node.operatorName.type {
    case "Constant": return node.attributes.elements.lazy.compactMap { tensor(named: $0.key, $0.value) }.first
    case "Identity": return node.inputs.first?.flatMap { model[$0].constant }
    default: return nil
    }
  }

  private func tensor(named name: String, _ attribute: Attribute) -> Tensor? {
    switch (name, attribute) {
    case ("value", .tensor(let tensor)): tensor.type == .string ? nil : tensor
    case ("value_float", .float(let value)): Tensor(scalar: value)
    case ("value_floats", .floats(let values)): Tensor([values.count], values)
    case ("value_int", .int(let value)): Tensor(scalar: value)
    case ("value_ints", .ints(let values)): Tensor([values.count], values)
    default: nil
    }
  }
}
