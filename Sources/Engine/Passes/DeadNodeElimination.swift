public import ModelGraph

/// Removes nodes whose results nobody uses.
public struct DeadNodeElimination: GraphPass {
  public let name = "dead-node-elimination"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteBodies { body, _ in
      var needed = Set(body.outputs)
      var kept: [Node] = []
      for node in body.nodes.reversed() where node.outputs.contains(where: { $0.map(needed.contains) ?? false }) {
        needed.formUnion(node.inputs.compactMap { $0 })
        needed.formUnion(node.captures)
        kept.append(node)
      }
      body.nodes = kept.reversed()
    }
  }
}
