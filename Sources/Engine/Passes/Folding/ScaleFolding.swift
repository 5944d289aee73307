public import ModelGraph
import OrderedCollections
import Tensors

/// Folds multiplications and additions of constants into the weights and biases of the convolution or product beside
/// them.
///
/// Behind a Conv, a constant of one element per channel or one for all is multiplied into, divided from, added to or
/// subtracted from weights and bias; behind a MatMul, one per column is multiplied in. Before either, a single factor
/// is. Weights and constants must be float32 and nothing else may use the value between. The factor that
/// a GELU or a HardSwish ends with stays where runtimes look for it.
public struct ScaleFolding: GraphPass {
  public let name = "scale-folding"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteNodes(context) { index, rewriter in
      guard rewriter.nodes[index].operatorName.domain.isEmpty,
        let folded = rewriter.foldedIntoProducer(index) ?? rewriter.foldedIntoConsumer(index)
      else { return }
      rewriter.replace(index, by: folded.node, absorbing: [folded.absorbed])
    }
  }
}

extension BodyRewriter {
  fileprivate typealias Folded = (node: Node, absorbed: Int)

  /// The product before the node at `index` with that node's constant in it.
  fileprivate mutating func foldedIntoProducer(_ index: Int) -> Folded? {
    guard let change = LinearChange(nodes[index].operatorName.type) else { return nil }
    for (value, parameter) in operands(of: nodes[index]) {
      guard change.isCommutative || value == nodes[index].inputs[0], isUsedOnce(value),
        let constant = constant(parameter), constant.type == .float32,
        let producer = producer(of: value, "Conv", "MatMul"),
        let node = fold(change, constant, into: nodes[producer])
      else { continue }
      return (node, producer)
    }
    return nil
  }

  /// The product at `index` with a single factor from before it in its weights.
  fileprivate mutating func foldedIntoConsumer(_ index: Int) -> Folded? {
    let node = nodes[index]
    guard ["Conv", "MatMul"].contains(node.operatorName.type), let input = node.inputs[0], isUsedOnce(input),
      let weight = floatWeight(node), let scaling = producer(of: input, "Mul", "Div"), !endsActivation(scaling)
    else { return nil }
    for (operand, parameter) in operands(of: nodes[scaling]) {
      guard let constant = constant(parameter), constant.type == .float32, constant.count == 1,
        constant.shape.rank <= 1, nodes[scaling].operatorName.type == "Mul" || operand == nodes[scaling].inputs[0]
      else { continue }
      let number = Double(constant.array(of: Float.self)[0])
      let factor = nodes[scaling].operatorName.type == "Mul" ? number : 1 / number
      guard factor.isFinite, factor != 0 else { return nil }
      var folded = node
      folded.inputs[0] = operand
      folded.inputs[1] = addConstant(weight.scaled(axis: 0) { _ in factor }, like: node.inputs[1])
      return (folded, scaling)
    }
    return nil
  }

  /// Whether a node is the last one of an activation that is spelled out.
  private func endsActivation(_ index: Int) -> Bool { gelu(at: index) != nil || swish(at: index) != nil }

  private mutating func fold(_ change: LinearChange, _ constant: Tensor, into node: Node) -> Node? {
    guard let weight = floatWeight(node) else { return nil }
    let isConvolution = node.operatorName.type == "Conv"
    guard isConvolution || (change.scalesOnly && weight.shape.rank == 2) else { return nil }
    let axis = isConvolution ? 0 : 1
    let channels = weight.shape[axis]
    let placed =
      isConvolution
      ? constant.numbers(perChannel: channels, rank: weight.shape.rank) : constant.numbers(perColumn: channels)
    guard let numbers = placed, change.isSafe(numbers) else { return nil }
    var folded = node
    if change.scalesOnly {
      folded.inputs[1] = addConstant(
        weight.scaled(axis: axis) { change.factor(numbers[$0]) }, like: node.inputs[1])
    }
    guard isConvolution else { return folded }
    let given = node.inputs.count > 2 ? node.inputs[2] : nil
    if given == nil, change.scalesOnly { return folded }
    guard let bias = bias(given, channels: channels) else { return nil }
    let changed = (0..<channels).map { Float(change.apply(Double(bias[$0]), numbers[$0])) }
    folded.inputs = [
      folded.inputs[0], folded.inputs[1], addConstant(Tensor([channels], changed), like: given ?? node.inputs[1]),
    ]
    return folded
  }

  private func floatWeight(_ node: Node) -> Tensor? {
    guard let weight = constant(node.inputs[1]), weight.type == .float32, weight.shape.rank >= 2, weight.count > 0
    else { return nil }
    return weight
  }

  /// The bias of a convolution, zeros where it has none; nil where it is not constant.
  private func bias(_ value: ValueID?, channels: Int) -> [Float]? {
    guard let value else { return [Float](repeating: 0, count: channels) }
    guard let bias = constant(value), bias.type == .float32, bias.count == channels else { return nil }
    return bias.array(of: Float.self)
  }
}

/// What an arithmetic node with a constant does to a value.
private enum LinearChange {
  case multiply, divide, add, subtract

  init?(_ type: String) {
    switch type {
    case "Mul": self = .multiply
    case "Div": self = .divide
    case "Add": self = .add
    case "Sub": self = .subtract
    default: return nil
    }
  }

  var isCommutative: Bool { self == .multiply || self == .add }
  var scalesOnly: Bool { self == .multiply || self == .divide }

  /// Whether weights can hold the numbers: a product with 0 or infinity may be NaN where the folded one is not.
  func isSafe(_ numbers: [Double]) -> Bool {
    numbers.allSatisfy { $0.isFinite && (!scalesOnly || $0 != 0) }
  }

  func factor(_ number: Double) -> Double { self == .divide ? 1 / number : number }

  func apply(_ value: Double, _ number: Double) -> Double {
    switch self {
    case .multiply: value * number
    case .divide: value / number
    case .add: value + number
    case .subtract: value - number
    }
  }
}

extension Tensor {
  /// The numbers of a constant that meets a result [N, C, spatial…] of this rank as one per channel, or one for all.
  fileprivate func numbers(perChannel channels: Int, rank: Int) -> [Double]? {
    let values = array(of: Float.self).map(Double.init)
    if count == 1, shape.rank <= rank { return [Double](repeating: values[0], count: channels) }
    let aligned = [Int](repeating: 1, count: max(0, rank - shape.rank)) + shape.dimensions
    guard aligned.count == rank, count == channels, aligned[1] == channels else { return nil }
    return values
  }

  /// The numbers of a constant that meets a result [… columns] as one per column, or one for all.
  fileprivate func numbers(perColumn columns: Int) -> [Double]? {
    let values = array(of: Float.self).map(Double.init)
    guard shape.rank <= 1, count == 1 || count == columns else { return nil }
    return count == 1 ? [Double](repeating: values[0], count: columns) : values
  }

  /// This float32 tensor, each element multiplied by a number that depends on its index along `axis`.
  fileprivate func scaled(axis: Int, by factor: (Int) -> Double) -> Tensor {
    let source = aligned()
    let elements = source.span(of: Float.self)
    let inner = shape.count(of: axis + 1..<shape.rank)
    let factors = (0..<shape[axis]).map(factor)
    return Tensor(shape, of: Float.self) { result in
      for index in elements.indices {
        result[index] = Float(Double(elements[index]) * factors[index / inner % shape[axis]])
      }
    }
  }
}
