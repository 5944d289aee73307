public import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Turns layer and RMS normalisation as exporters spell them out into the internal operator Normalization.
///
/// `(x − mean) / √(mean of (x − mean)² + ε)`, the same without the mean, both with a division or a reciprocal, and the
/// constant scale and bias that may follow (Ba, Kiros and Hinton, "Layer Normalization"; Zhang and Sennrich, "Root Mean
/// Square Layer Normalization"). The form `x · m + (bias − mean · m)` with m = scale / √(…) is recognised, too.
public struct NormalizationFusion: GraphPass {
  public let name = "normalization-fusion"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteNodes(context) { index, rewriter in
      guard rewriter.nodes[index].operatorName.domain.isEmpty,
        let found = rewriter.normalized(at: index) ?? rewriter.scaled(at: index) ?? rewriter.unfolded(at: index)
      else { return }
      var node = found.node
      node.name = rewriter.nodes[index].name
      rewriter.replace(index, by: node, absorbing: found.group)
    }
  }
}

extension BodyRewriter {
  fileprivate typealias Normalization = (node: Node, group: [Int])

  /// x or x − mean, divided by its root mean square: the division, or the product with a reciprocal, is at `index`.
  fileprivate func normalized(at index: Int) -> Normalization? {
    let node = nodes[index]
    switch node.operatorName.type {
    case "Div":
      guard let numerator = node.inputs[0], let root = rootMeanSquare(node.inputs[1]) else { return nil }
      return normalization(of: numerator, by: root)
    case "Mul":
      for (numerator, reciprocal) in operands(of: node) {
        guard let root = inverseRootMeanSquare(reciprocal), let found = normalization(of: numerator, by: root) else {
          continue
        }
        return found
      }
      return nil
    default: return nil
    }
  }

  /// A scale or a bias behind a normalisation that has none yet.
  fileprivate func scaled(at index: Int) -> Normalization? {
    let position = ["Mul": 1, "Add": 2][nodes[index].operatorName.type]
    guard let position else { return nil }
    for (normalized, parameter) in operands(of: nodes[index]) {
      guard isUsedOnce(normalized), constant(parameter) != nil, let producer = producer(of: normalized),
        nodes[producer].operatorName == Self.normalizationName, nodes[producer].inputs.count <= position
      else { continue }
      var node = nodes[producer]
      while node.inputs.count < position { node.inputs.append(nil) }
      node.inputs.append(parameter)
      return (node, [producer])
    }
    return nil
  }

  /// x · m + (bias − mean · m): the sum is at `index`.
  fileprivate func unfolded(at index: Int) -> Normalization? {
    guard nodes[index].operatorName.type == "Add" else { return nil }
    for (product, rest) in operands(of: nodes[index]) {
      guard let times = producer(of: product, "Mul"), let minus = producer(of: rest, "Sub"),
        let bias = nodes[minus].inputs[0], constant(bias) != nil, let shift = nodes[minus].inputs[1],
        let other = producer(of: shift, "Mul")
      else { continue }
      for (input, factor) in operands(of: nodes[times]) {
        guard let mean = operands(of: nodes[other]).first(where: { $0.1 == factor })?.0,
          let found = unfolded(input, mean: mean, factor: factor, bias: bias)
        else { continue }
        return (found.node, found.group + [times, minus, other])
      }
    }
    return nil
  }

  private func unfolded(_ input: ValueID, mean: ValueID, factor: ValueID, bias: ValueID) -> Normalization? {
    var root = inverseRootMeanSquare(factor)
    var scale: ValueID?
    var group: [Int] = []
    if root == nil, let times = producer(of: factor, "Mul") {
      for (reciprocal, parameter) in operands(of: nodes[times]) where constant(parameter) != nil {
        guard let found = inverseRootMeanSquare(reciprocal) else { continue }
        (root, scale, group) = (found, parameter, [times])
      }
    }
    guard let root, let centered = centering(of: root.argument), centered.input == input, centered.mean == mean,
      centered.axes == root.axes
    else { return nil }
    var node = normalization(of: input, axes: root.axes, epsilon: root.epsilon, centers: true)
    node.inputs += [scale, bias]
    return (node, group + root.group + centered.group)
  }

  /// √(mean of argument² + ε).
  private struct RootMeanSquare {
    let argument: ValueID
    let axes: [Int64]
    let epsilon: Double
    var group: [Int]
  }

  private static let normalizationName = OperatorName("Normalization", domain: internalDomain)

  private func normalization(of numerator: ValueID, by root: RootMeanSquare) -> Normalization? {
    guard numerator == root.argument else { return nil }
    guard let centered = centering(of: numerator), centered.axes == root.axes else {
      return (normalization(of: numerator, axes: root.axes, epsilon: root.epsilon, centers: false), root.group)
    }
    let node = normalization(of: centered.input, axes: root.axes, epsilon: root.epsilon, centers: true)
    return (node, root.group + centered.group)
  }

  private func normalization(of input: ValueID, axes: [Int64], epsilon: Double, centers: Bool) -> Node {
    Node(
      Self.normalizationName, inputs: [input], outputs: [],
      attributes: ["axes": .ints(axes), "epsilon": .float(Float(epsilon)), "centers": .int(centers ? 1 : 0)])
  }

  private func inverseRootMeanSquare(_ value: ValueID?) -> RootMeanSquare? {
    guard let index = producer(of: value, "Reciprocal"), var root = rootMeanSquare(nodes[index].inputs[0]) else {
      return nil
    }
    root.group.append(index)
    return root
  }

  private func rootMeanSquare(_ value: ValueID?) -> RootMeanSquare? {
    guard let root = producer(of: value, "Sqrt"), let sum = producer(of: nodes[root].inputs[0], "Add") else {
      return nil
    }
    for (mean, number) in operands(of: nodes[sum]) {
      guard let epsilon = scalar(number, with: mean), let average = average(mean) else { continue }
      let square = factors(of: average.input)
      guard square.number == 1, square.values.count == 2, square.values[0] == square.values[1] else { continue }
      return RootMeanSquare(
        argument: square.values[0], axes: average.axes, epsilon: epsilon,
        group: [root, sum, average.node] + square.nodes)
    }
    return nil
  }

  /// x − mean of x.
  private func centering(of value: ValueID) -> (input: ValueID, mean: ValueID, axes: [Int64], group: [Int])? {
    guard let index = producer(of: value, "Sub"), let input = nodes[index].inputs[0], let mean = nodes[index].inputs[1],
      let average = average(mean), average.input == input
    else { return nil }
    return (input, mean, average.axes, [index, average.node])
  }

  /// The mean along axes that are kept with a size of 1.
  private func average(_ value: ValueID) -> (input: ValueID, axes: [Int64], node: Int)? {
    guard let index = producer(of: value, "ReduceMean"), (nodes[index].int("keepdims") ?? 1) == 1,
      let input = nodes[index].inputs[0]
    else { return nil }
    if case .ints(let axes)? = nodes[index].attributes["axes"], !axes.isEmpty { return (input, axes, index) }
    guard nodes[index].inputs.count > 1, let axes = constant(nodes[index].inputs[1]), axes.type == .int64,
      axes.count > 0
    else { return nil }
    return (input, axes.array(of: Int64.self), index)
  }
}
