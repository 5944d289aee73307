public import ModelGraph
import OrderedCollections
import Tensors

/// Fuses an activation into the convolution before it: `Conv → Relu` becomes com.microsoft FusedConv.
///
/// The activation is applied while the result is still in registers. The convolution's result must not be used
/// otherwise.
public struct ActivationFusion: GraphPass {
  public let name = "activation-fusion"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteBodies { body, model in
      let uses = Uses(of: body)
      var absorbed = Set<Int>()
      for index in body.nodes.indices {
        let node = body.nodes[index]
        guard node.operatorName == OperatorName("Conv"), let output = node.outputs[0],
          let next = uses.soleConsumer(of: output), !absorbed.contains(next), body.nodes[next].inputs[0] == output,
          let attributes = activation(body.nodes[next], model)
        else { continue }
        var fused = node
        fused.operatorName = OperatorName("FusedConv", domain: "com.microsoft")
        fused.attributes.merge(attributes) { _, new in new }
        fused.outputs = [body.nodes[next].outputs[0]]
        body.nodes[index] = fused
        absorbed.insert(next)
      }
      body.nodes = body.nodes.enumerated().filter { !absorbed.contains($0.offset) }.map(\.element)
    }
  }

  /// The attributes by which FusedConv knows the node's function; nil where it does not know it.
  private func activation(_ node: Node, _ model: Model) -> OrderedDictionary<String, Attribute>? {
    guard node.operatorName.domain.isEmpty else { return nil }
    let type = node.operatorName.type
    switch type {
    case "Relu", "Sigmoid", "Tanh": return attributes(type, [])
    case "LeakyRelu": return attributes(type, [node.float("alpha") ?? 0.01])
    case "Clip": return limits(of: node, model).map { attributes(type, $0) }
    default: return nil
    }
  }

  private func attributes(_ type: String, _ parameters: [Float]) -> OrderedDictionary<String, Attribute> {
    ["activation": .string(Array(type.utf8)), "activation_params": .floats(parameters)]
  }

  /// The bounds of a Clip: attributes before opset 11, then inputs, which must be constant.
  private func limits(of node: Node, _ model: Model) -> [Float]? {
    var limits: [Float] = []
    for (position, unbounded) in [-Float.infinity, Float.infinity].enumerated() {
      let attribute = node.float(position == 0 ? "min" : "max")
      guard position + 1 < node.inputs.count, let input = node.inputs[position + 1] else {
        limits.append(attribute ?? unbounded)
        continue
      }
      guard let limit = model[input].constant?.firstFloat else { return nil }
      limits.append(limit)
    }
    return limits[0] <= limits[1] ? limits : nil
  }
}
