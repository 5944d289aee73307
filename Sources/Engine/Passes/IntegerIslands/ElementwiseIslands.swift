import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// DQ, DQ → Add or Mul → Q becomes com.microsoft QLinearAdd or QLinearMul.
@Sendable func binaryIsland(_ index: Int, _ matcher: inout IslandMatcher) -> Island? {
  let node = matcher.nodes[index]
  guard node.operatorName.domain.isEmpty, ["Add", "Mul"].contains(node.operatorName.type),
    let left = matcher.source(of: node.inputs[0]), left.axis == nil,
    let right = matcher.source(of: node.inputs[1]), right.axis == nil,
    let destination = matcher.destination(of: node.outputs[0]),
    left.type == right.type, left.type == destination.quantized.type
  else { return nil }
  return Island(
    node: Node(
      name: node.name, OperatorName("QLinear\(node.operatorName.type)", domain: "com.microsoft"),
      inputs: left.inputs + right.inputs + destination.quantized.parameters,
      outputs: [destination.quantized.value]),
    absorbed: destination.absorbed)
}

/// DQ → Sigmoid, LeakyRelu, AveragePool or GlobalAveragePool → Q becomes its com.microsoft QLinear form.
@Sendable func unaryIsland(_ index: Int, _ matcher: inout IslandMatcher) -> Island? {
  let node = matcher.nodes[index]
  let types: Set = ["Sigmoid", "LeakyRelu", "AveragePool", "GlobalAveragePool", "Softmax"]
  guard node.operatorName.domain.isEmpty, types.contains(node.operatorName.type),
    let input = matcher.source(of: node.inputs[0]), input.axis == nil,
    let destination = matcher.destination(of: node.outputs[0]), input.type == destination.quantized.type
  else { return nil }
  var attributes = node.attributes
  // Softmax changed its meaning in opset 13; the contrib form is told which one is meant.
  if node.operatorName.type == "Softmax" { attributes["opset"] = .int(Int64(matcher.model.opset)) }
  return Island(
    node: Node(
      name: node.name, OperatorName("QLinear\(node.operatorName.type)", domain: "com.microsoft"),
      inputs: input.inputs + destination.quantized.parameters, outputs: [destination.quantized.value],
      attributes: attributes),
    absorbed: destination.absorbed)
}

/// DQ… → Concat → Q becomes com.microsoft QLinearConcat.
@Sendable func concatenationIsland(_ index: Int, _ matcher: inout IslandMatcher) -> Island? {
  let node = matcher.nodes[index]
  guard node.operatorName == OperatorName("Concat"), let destination = matcher.destination(of: node.outputs[0]) else {
    return nil
  }
  var inputs = destination.quantized.parameters
  for input in node.inputs {
    guard let source = matcher.source(of: input), source.axis == nil, source.type == destination.quantized.type
    else { return nil }
    inputs += source.inputs
  }
  return Island(
    node: Node(
      name: node.name, OperatorName("QLinearConcat", domain: "com.microsoft"), inputs: inputs,
      outputs: [destination.quantized.value], attributes: node.attributes),
    absorbed: destination.absorbed)
}

/// An operator that only moves elements, between a DQ and Qs of the same parameters, moves the integers instead.
@Sendable func movementIsland(_ index: Int, _ matcher: inout IslandMatcher) -> Island? {
  guard case .sharedParameters(let positions) = matcher.quantizationRule(of: index) else { return nil }
  var node = matcher.nodes[index]
  guard positions.count == 1, let position = positions.first, node.outputs.count == 1,
    let source = matcher.source(of: node.inputs[position]), source.axis == nil,
    let destination = matcher.destination(of: node.outputs[0]), destination.absorbed.count == 1,
    matcher.haveSameParameters(source, destination.quantized)
  else { return nil }
  node.inputs[position] = source.value
  node.outputs[0] = destination.quantized.value
  return Island(node: node, absorbed: destination.absorbed)
}

extension IslandMatcher {
  func haveSameParameters(_ left: Quantized, _ right: Quantized) -> Bool {
    guard let leftScale = constant(left.scale), let rightScale = constant(right.scale),
      let leftZero = constant(left.zeroPoint), let rightZero = constant(right.zeroPoint)
    else { return false }
    return leftScale.isIdentical(to: rightScale) && leftZero.isIdentical(to: rightZero)
  }
}
