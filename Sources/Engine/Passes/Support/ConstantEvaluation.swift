import ModelGraph
import Operators
import OrderedCollections
import Tensors

extension Model {
  /// Runs nodes, in order, on nothing but constants.
  ///
  /// - Returns: one tensor per value of `results`; nil where the nodes fail, draw random numbers or need more than
  ///   constants.
  func evaluate(_ nodes: [Node], results: [ValueID], _ context: PassContext) -> [Tensor]? {
    let isDetermined = nodes.allSatisfy { node in
      let version = opsets[node.operatorName.domain] ?? 1
      return context.registry.find(node.operatorName, version: version)?.schema.isRandom == false
    }
    guard isDetermined else { return nil }
    let body = Body(outputs: results, nodes: nodes)
    let compiler = BodyCompiler(model: self, registry: context.registry, compute: context.compute)
    guard let program = try? compiler.compile(body, inputs: [], captures: []) else { return nil }
    return try? program.run([], captured: [], compute: context.compute, observe: nil)
  }
}
