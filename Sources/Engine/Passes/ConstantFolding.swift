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

  public init(largestResult: Int = 256 << 20) { self.largestResult = largestResult }

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteBodies { body, model in
      var kept: [Node] = []
      kept.reserveCapacity(body.nodes.count)
      for node in body.nodes {
        if let results = results(of: node, in: model, context) {
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
  }

  private func results(of node: Node, in model: Model, _ context: PassContext) -> [Tensor]? {
    let constants = node.inputs.map { $0.flatMap { model[$0].constant } }
    guard !node.inputs.isEmpty, node.bodies.isEmpty,
      zip(node.inputs, constants).allSatisfy({ $0 == nil || $1 != nil })
    else { return nil }
    let outputs = node.outputs.compactMap { $0 }
    guard let tensors = model.evaluate([node], results: outputs, context),
      tensors.allSatisfy({ $0.bytes.count <= largestResult })
    else { return nil }
    var remaining = tensors[...]
    return node.outputs.map { $0 == nil ? Tensor([0], [UInt8]()) : remaining.removeFirst() }
  }
}
