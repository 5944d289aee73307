public import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Turns `x · sigmoid(α · x)` into QuickGelu of com.microsoft, hard forms of it into HardSwish, and
/// `x · tanh(softplus(x))` into Mish.
///
/// `x · HardSigmoid(x)` with slope 1/6 and offset 1/2, and `x · clip(x + 3, 0, 6) / 6`, are the two hard forms
/// (Howard et al., "Searching for MobileNetV3").
public struct SwishFusion: GraphPass {
  public let name = "swish-fusion"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteNodes(context) { index, rewriter in
      guard let swish = rewriter.swish(at: index) else { return }
      var node = swish.node
      node.name = rewriter.nodes[index].name
      rewriter.replace(index, by: node, absorbing: swish.group)
    }
  }
}

extension BodyRewriter {
  private typealias Swish = (node: Node, group: [Int])

  /// The function whose last node is at `index`.
  func swish(at index: Int) -> (node: Node, group: [Int])? {
    guard ["Mul", "Div"].contains(nodes[index].operatorName.type), let output = nodes[index].outputs[0] else {
      return nil
    }
    let product = factors(of: output)
    guard product.values.count == 2 else { return nil }
    for (input, curve) in [(0, 1), (1, 0)].map({ (product.values[$0], product.values[$1]) }) {
      guard
        let swish = soft(curve, of: input, product) ?? hard(curve, of: input, product)
          ?? mish(curve, of: input, product)
      else { continue }
      return (swish.node, product.nodes + swish.group)
    }
    return nil
  }

  private func soft(_ curve: ValueID, of input: ValueID, _ product: Factors) -> Swish? {
    guard product.number == 1, let (argument, node) = operand(of: curve, through: "Sigmoid") else { return nil }
    let scaled = argument == input ? Factors(values: [input]) : factors(of: argument)
    guard scaled.values == [input] else { return nil }
    let quick = Node(
      OperatorName("QuickGelu", domain: "com.microsoft"), inputs: [input], outputs: [],
      attributes: ["alpha": .float(Float(scaled.number))])
    return (quick, scaled.nodes + [node])
  }

  private func mish(_ curve: ValueID, of input: ValueID, _ product: Factors) -> Swish? {
    guard product.number == 1, let (sum, outer) = operand(of: curve, through: "Tanh"),
      let (argument, inner) = operand(of: sum, through: "Softplus"), argument == input
    else { return nil }
    return (Node(OperatorName("Mish", domain: internalDomain), inputs: [input], outputs: []), [outer, inner])
  }

  private func hard(_ curve: ValueID, of input: ValueID, _ product: Factors) -> Swish? {
    let hardSwish = Node(OperatorName("HardSwish", domain: internalDomain), inputs: [input], outputs: [])
    if let (argument, node) = operand(of: curve, through: "HardSigmoid") {
      let slope = nodes[node].float("alpha") ?? 0.2
      let offset = nodes[node].float("beta") ?? 0.5
      guard argument == input, product.number == 1, abs(slope - 1 / 6) <= 1e-7, offset == 0.5 else { return nil }
      return (hardSwish, [node])
    }
    guard let clip = producer(of: curve, "Clip"),
      FusedActivation(nodes[clip], constant: { constant($0)?.widened(compute) })?.parameters == [0, 6],
      product.isNumber(1.0 / 6, within: tolerance(ofConstantsIn: product.nodes)), let clipped = nodes[clip].inputs[0],
      let (argument, node) = operand(ofSum: clipped, with: 3), argument == input
    else { return nil }
    return (hardSwish, [clip, node])
  }
}
