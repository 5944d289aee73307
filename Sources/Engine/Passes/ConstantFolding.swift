public import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Runs, once, every node whose inputs are all constants.
///
/// A node that fails stays: if a run reaches it, the run reports it. Results larger than `largestResult` bytes are
/// left to the run, so that folding never trades a small file for a large memory.
public struct ConstantFolding: GraphPass {
  public let name = "constant-folding"
  /// In bytes, per value.
  public let largestResult: Int
  /// Whether the model is to be written and must not grow: only the main body is folded, because others would each get a
  /// copy of what they share, and only nodes whose results are no larger than their inputs and no outputs of the model.
  public let keepsSize: Bool

  public init(largestResult: Int = 256 << 20, keepsSize: Bool = false) {
    self.largestResult = largestResult
    self.keepsSize = keepsSize
  }

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    if keepsSize {
      var body = model.main
      fold(&body, &model, context)
      model.main = body
    } else {
      try model.rewriteBodies { body, model in fold(&body, &model, context) }
    }
  }

  private func fold(_ body: inout Body, _ model: inout Model, _ context: PassContext) {
    var kept: [Node] = []
    kept.reserveCapacity(body.nodes.count)
    let outputs = keepsSize ? Set(body.outputs) : []
    for node in body.nodes {
      let isOutput = node.outputs.contains { $0.map(outputs.contains) ?? false }
      if !isOutput, let results = results(of: node, in: model, context) {
        for (output, tensor) in zip(node.outputs, results) {
          guard let output else { continue }
          model[output].constant = tensor
          body.initializers.append(output)
        }
      } else {
        kept.append(node)
      }
    }
    body.nodes = kept
  }

  private func results(of node: Node, in model: Model, _ context: PassContext) -> [Tensor]? {
    let constants = node.inputs.map { $0.flatMap { model[$0].constant } }
    guard !node.inputs.isEmpty, node.bodies.isEmpty,
      zip(node.inputs, constants).allSatisfy({ $0 == nil || $1 != nil })
    else { return nil }
    let outputs = node.outputs.compactMap { $0 }
    guard let tensors = model.evaluate([node], results: outputs, context),
      tensors.allSatisfy({ $0.bytes.count <= largestResult }), !keepsSize || !grows(constants, to: tensors)
    else { return nil }
    var remaining = tensors[...]
    return node.outputs.map { $0 == nil ? Tensor([0], [UInt8]()) : remaining.removeFirst() }
  }

  /// Whether the results take more bytes than the inputs, small ones aside.
  private func grows(_ inputs: [Tensor?], to results: [Tensor]) -> Bool {
    let before = inputs.reduce(0) { $0 + ($1?.bytes.count ?? 0) }
    return results.reduce(0) { $0 + $1.bytes.count } > max(before, 1024)
  }
}
