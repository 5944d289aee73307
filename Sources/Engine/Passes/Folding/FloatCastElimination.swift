public import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Removes a Cast to float32 of half-precision results that are float32 already, because the operator before computes
/// in float32 and its results are rounded only where they leave the model.
///
/// That operator then returns the Cast's result itself. It stays where anything else uses its own result.
public struct FloatCastElimination: GraphPass {
  public let name = "float-cast-elimination"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteBodies { body, model in
      let rewriter = BodyRewriter(body, model, context)
      let captured = Set(body.nodes.flatMap(\.captures))
      var removed = Set<Int>()
      for (index, node) in body.nodes.enumerated() where node.operatorName == OperatorName("Cast") {
        guard node.int("to") == Int(DataType.float32.rawValue), let input = node.inputs[0],
          rewriter.isUsedOnce(input), !captured.contains(input), model[input].type?.isHalf == true,
          let producer = rewriter.producer(of: input), !removed.contains(producer),
          let position = body.nodes[producer].outputs.firstIndex(of: input),
          returnsFloat32(body.nodes[producer], at: position, model, context)
        else { continue }
        body.nodes[producer].outputs[position] = node.outputs[0]
        removed.insert(index)
      }
      guard !removed.isEmpty else { return }
      body.nodes = body.nodes.enumerated().filter { !removed.contains($0.offset) }.map(\.element)
    }
  }

  /// Whether a half-precision result of a node is float32 when it runs: that of an operator which has its input widened
  /// and returns what it is given.
  private func returnsFloat32(_ node: Node, at position: Int, _ model: Model, _ context: PassContext) -> Bool {
    let version = model.opsets[node.operatorName.domain] ?? 1
    guard let schema = context.registry.find(node.operatorName, version: version)?.schema, !schema.acceptsHalf,
      !schema.outputs.isEmpty, case .sameAsInput = schema.outputs[min(position, schema.outputs.count - 1)]
    else { return false }
    return true
  }
}
