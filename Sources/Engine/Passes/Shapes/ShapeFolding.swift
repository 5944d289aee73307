public import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Replaces what nodes compute from shapes alone by constants, where the shapes are known before the run.
///
/// Exporters write a size that depends on the input as a chain of Shape, Gather and Concat. Where it does not in fact
/// depend on it, such a chain hides from other passes what a Reshape or a Slice does, and takes time in every run. A
/// Reshape to a shape of which one size is not known asks for that one as −1.
public struct ShapeFolding: GraphPass {
  public let name = "shape-folding"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    var facts = ShapeFacts(inputsOf: model.main, in: model)
    var kept: [Node] = []
    for var node in model.main.nodes where !foldResult(of: node, &facts, &model, context) {
      if let shape = partlyKnownTarget(of: node, facts, model) {
        node.inputs[1] = model.addInitializer(named: "", Tensor([shape.count], shape))
      }
      kept.append(node)
    }
    model.main.nodes = kept
  }

  /// Notes what follows from a node, and makes its result a constant where its numbers are known.
  ///
  /// - Returns: Whether the node is not needed any more.
  private func foldResult(
    of node: Node, _ facts: inout ShapeFacts, _ model: inout Model, _ context: PassContext
  ) -> Bool {
    guard context.knows(node, in: model) else { return false }
    facts.note(node, in: model)
    guard node.outputs.count == 1, let output = node.outputs[0], model[output].constant == nil,
      let numbers = facts.numbers(of: output, in: model)
    else { return false }
    let elements = numbers.elements.compactMap { $0?.fixed.map { Int64($0) } }
    guard elements.count == numbers.elements.count else { return false }
    model[output].constant = Tensor(numbers.isScalar ? .scalar : [elements.count], elements)
    model.main.initializers.append(output)
    return true
  }

  /// The shape that a Reshape asks for, with −1 for the only size that is not known; nil where none or several are not.
  private func partlyKnownTarget(of node: Node, _ facts: ShapeFacts, _ model: Model) -> [Int64]? {
    guard node.operatorName == OperatorName("Reshape"), node.inputs.count == 2, let target = node.inputs[1],
      model[target].constant == nil, let numbers = facts.numbers(of: target, in: model), !numbers.isScalar
    else { return nil }
    let sizes = numbers.elements.map { $0?.fixed }
    // A number of 0 or −1 has a meaning of its own, and what is not even a symbol may be one of these.
    guard numbers.elements.allSatisfy({ $0 != nil }), sizes.filter({ $0 == nil }).count == 1,
      sizes.allSatisfy({ $0 == nil || $0! > 0 })
    else { return nil }
    return sizes.map { Int64($0 ?? -1) }
  }
}
