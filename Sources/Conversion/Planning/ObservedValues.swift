import ModelGraph
import Operators

extension PlanningState {
  /// The values whose statistics decide what becomes of a node, and with which parameters.
  func valuesInQuestion(at index: Int) -> [ValueID] {
    let node = nodes[index]
    switch planner.rules[index] {
    case .weighted:
      guard let weight = node.inputs[1], model[weight].constant != nil else { return [] }
      let result = node.operatorName.type == "Conv" ? result(of: index) : nil
      return [node.inputs[0], result].compactMap { $0 }
    case .elementwise(let positions):
      let inputs = positions.filter { $0 < node.inputs.count }.compactMap { node.inputs[$0] }
      // A node with a constant input stays in float, for the first reason met.
      let isConstant = { model[$0].constant != nil }
      if inputs.contains(where: isConstant) { return Array(inputs.prefix { !isConstant($0) }) }
      // A concatenation compares the ranges of all its inputs.
      return node.inputs.compactMap { $0 } + [result(of: index)].compactMap { $0 }
    case .sharedParameters:
      guard node.outputs.count == 1, !isLookup(node) else { return [] }
      return [movedInput(index)].compactMap { $0 }
    case .clamp, .keepFloat: return []
    }
  }
}
