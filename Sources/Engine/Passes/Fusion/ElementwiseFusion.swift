public import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Joins arithmetic and functions that are applied to one value after the other into the internal operator
/// ElementwiseChain, which passes over memory once.
///
/// What lies between two steps must not be used otherwise, and its type must be known to be floating-point.
public struct ElementwiseFusion: GraphPass {
  public let name = "elementwise-fusion"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteNodes(context) { index, rewriter in
      guard let step = rewriter.chains(at: index).first(where: { rewriter.canExtend($0) }),
        let producer = rewriter.producer(of: step.input), let start = rewriter.chains(at: producer).first
      else { return }
      rewriter.replace(index, by: start.followed(by: step).node, absorbing: [producer])
    }
  }
}

/// Steps on a value, as an ElementwiseChain runs them.
private struct Chain {
  let input: ValueID
  var steps: [String]
  /// Two for each step.
  var parameters: [Float]
  var operands: [ValueID]
  var name: String

  func followed(by next: Chain) -> Chain {
    var chain = self
    chain.steps += next.steps
    chain.parameters += next.parameters
    chain.operands += next.operands
    chain.name = next.name
    return chain
  }

  static let operatorName = OperatorName("ElementwiseChain", domain: internalDomain)

  var node: Node {
    Node(
      name: name, Self.operatorName, inputs: [input] + operands, outputs: [],
      attributes: ["steps": .strings(steps.map { Array($0.utf8) }), "parameters": .floats(parameters)])
  }
}

extension BodyRewriter {
  /// The node at `index` as a chain; two of them where either of its operands may be what it goes on with.
  fileprivate func chains(at index: Int) -> [Chain] {
    let node = nodes[index]
    guard let first = node.inputs.first ?? nil, constant(first) == nil || node.inputs.count == 2 else { return [] }
    if node.operatorName == Chain.operatorName {
      guard case .strings(let steps)? = node.attributes["steps"],
        case .floats(let parameters)? = node.attributes["parameters"]
      else { return [] }
      return [
        Chain(
          input: first, steps: steps.map { String(decoding: $0, as: UTF8.self) }, parameters: parameters,
          operands: node.inputs.dropFirst().compactMap { $0 }, name: node.name)
      ]
    }
    func chain(_ type: String, _ parameters: [Float] = [], on input: ValueID, with operands: [ValueID] = []) -> Chain {
      let padded = parameters + [Float](repeating: 0, count: 2 - parameters.count)
      return Chain(input: input, steps: [type], parameters: padded, operands: operands, name: node.name)
    }
    if let function = FusedActivation(node, constant: { constant($0)?.widened(compute) }) {
      return [chain(function.name, function.parameters, on: first)]
    }
    guard node.operatorName.domain.isEmpty else { return [] }
    let type = node.operatorName.type
    switch type {
    case "Exp", "Log", "Sqrt", "Reciprocal", "Erf", "Neg", "Abs", "Sin", "Cos": return [chain(type, on: first)]
    case "Add", "Mul", "Sub", "Div":
      let orders = type == "Add" || type == "Mul" ? operands(of: node) : Array(operands(of: node).prefix(1))
      return orders.filter { constant($0.0) == nil }.map { chain(type, on: $0.0, with: [$0.1]) }
    default: return []
    }
  }

  /// Whether a step goes on with a value that only it uses.
  fileprivate func canExtend(_ step: Chain) -> Bool {
    guard isUsedOnce(step.input), let producer = producer(of: step.input), let start = chains(at: producer).first
    else {
      return false
    }
    return isFloat(step.input) || isFloat(start.input) || (start.operands + step.operands).contains { isFloat($0) }
  }

  /// Whether a value is known to be computed in float32: it is declared so, or what produces it has such an operand.
  func isFloat(_ value: ValueID, depth: Int = 6) -> Bool {
    if let type = constant(value)?.type ?? model[value].type { return type == .float32 || type.isHalf }
    guard depth > 0, let index = producer(of: value) else { return false }
    let node = nodes[index]
    switch node.operatorName.type {
    case "Conv", "FusedConv", "MatMul", "Gemm", "FusedGemm", "Linear", "Add", "Sub", "Mul", "Div", "Normalization",
      "LayerNormalization", "BatchNormalization", "ElementwiseChain":
      return node.inputs.contains { $0.map { isFloat($0, depth: depth - 1) } ?? false }
    case "Relu", "Sigmoid", "Tanh", "Erf", "Exp", "Log", "Sqrt", "Softmax", "MaxPool", "AveragePool", "Transpose",
      "GlobalAveragePool", "Clip", "Gelu", "QuickGelu", "HardSwish", "Mish", "LeakyRelu", "Concat", "Reshape":
      return node.inputs[0].map { isFloat($0, depth: depth - 1) } ?? false
    default: return false
    }
  }
}
