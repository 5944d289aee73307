public import ModelGraph
import OrderedCollections
import Tensors

/// Turns GELU as exporters spell it out into Gelu and FastGelu of com.microsoft.
///
/// `x · (1 + erf(x / √2)) / 2` and `x · (1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2` are recognised with their factors
/// in any order and any grouping (Hendrycks and Gimpel, "Gaussian Error Linear Units").
public struct GeluFusion: GraphPass {
  public let name = "gelu-fusion"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteNodes(context) { index, rewriter in
      guard let gelu = rewriter.gelu(at: index) else { return }
      let node = Node(
        name: rewriter.nodes[index].name, OperatorName(gelu.type, domain: "com.microsoft"), inputs: [gelu.input],
        outputs: [])
      rewriter.replace(index, by: node, absorbing: gelu.group)
    }
  }
}

extension BodyRewriter {
  private typealias Gelu = (type: String, input: ValueID, group: [Int])

  /// The GELU whose last node is at `index`.
  func gelu(at index: Int) -> (type: String, input: ValueID, group: [Int])? {
    guard ["Mul", "Div"].contains(nodes[index].operatorName.type), let output = nodes[index].outputs[0] else {
      return nil
    }
    let product = factors(of: output)
    guard product.number == 0.5, product.values.count == 2 else { return nil }
    for (input, sum) in [(0, 1), (1, 0)].map({ (product.values[$0], product.values[$1]) }) {
      guard let (curve, node) = operand(ofSum: sum, with: 1),
        let gelu = exact(curve, of: input) ?? approximate(curve, of: input)
      else { continue }
      return (gelu.type, input, product.nodes + [node] + gelu.group)
    }
    return nil
  }

  /// erf(x / √2).
  private func exact(_ curve: ValueID, of input: ValueID) -> Gelu? {
    guard let (argument, node) = operand(of: curve, through: "Erf") else { return nil }
    let product = factors(of: argument)
    guard product.values == [input],
      product.isNumber(0.5.squareRoot(), within: tolerance(ofConstantsIn: product.nodes))
    else { return nil }
    return ("Gelu", input, product.nodes + [node])
  }

  /// tanh(√(2/π) · (x + 0.044715 x³)), or with x taken out of the sum.
  private func approximate(_ curve: ValueID, of input: ValueID) -> Gelu? {
    guard let (argument, node) = operand(of: curve, through: "Tanh") else { return nil }
    var product = factors(of: argument)
    guard product.isNumber((2 / Double.pi).squareRoot(), within: tolerance(ofConstantsIn: product.nodes)),
      let sum = product.values.first(where: { $0 != input })
    else { return nil }
    product.values.removeAll { $0 == sum }
    let cubic: (operand: ValueID, node: Int)?
    let degree: Int
    switch product.values {
    case []: (cubic, degree) = (operand(ofSum: sum, withValue: input), 3)
    case [input]: (cubic, degree) = (operand(ofSum: sum, with: 1), 2)
    default: return nil
    }
    guard let cubic else { return nil }
    let power = factors(of: cubic.operand)
    guard power.values == [ValueID](repeating: input, count: degree),
      power.isNumber(0.044715, within: tolerance(ofConstantsIn: power.nodes))
    else { return nil }
    return ("FastGelu", input, product.nodes + [node, cubic.node] + power.nodes)
  }

  /// The operand of an Add whose other one is `value`.
  private func operand(ofSum sum: ValueID, withValue value: ValueID) -> (operand: ValueID, node: Int)? {
    guard let index = producer(of: sum, "Add") else { return nil }
    for (operand, other) in operands(of: nodes[index]) where other == value { return (operand, index) }
    return nil
  }
}
