import ModelGraph
import Operators
import OrderedCollections
import Quantization
import Tensors

/// A plan in the making: which nodes are integer so far, and which values they want quantized.
struct PlanningState {
  let planner: QuantizationPlanner
  let statistics: [ValueID: CalibrationStatistics]
  var decisions: [QuantizationPlan.Decision]

  init(planner: QuantizationPlanner, statistics: [ValueID: CalibrationStatistics]) {
    self.planner = planner
    self.statistics = statistics
    decisions = planner.rules.map { _ in .keepFloat(.noIntegerKernel) }
  }

  var nodes: [Node] { planner.model.main.nodes }
  var model: Model { planner.model }

  // MARK: Products

  /// Takes every product with a constant weight that can be calibrated, and the clamps that its saturation absorbs.
  mutating func selectProducts() {
    for index in nodes.indices {
      guard case .weighted = planner.rules[index] else { continue }
      if let reason = obstacle(toProduct: index) {
        decisions[index] = .keepFloat(reason)
      } else {
        decisions[index] = .integerProduct
      }
    }
  }

  func obstacle(toProduct index: Int) -> QuantizationPlan.Reason? {
    let node = nodes[index]
    if planner.excludedNodes.contains(node.name) { return .excluded }
    guard let weightID = node.inputs[1], let weight = model[weightID].constant else { return .weightNotConstant }
    guard weight.type == .float32, isRankSuitable(weight.shape, of: node), weight.count > 0 else {
      return .weightUnsuitable
    }
    guard planner.weightParameters[index] != nil || weight.isFinite else { return .weightNotFinite }
    if let reason = biasObstacle(index, weight: weight) { return reason }
    var activations = [node.inputs[0]]
    // Runtimes run a convolution in integers only with a quantized result.
    if node.operatorName.type == "Conv" { activations.append(result(of: index)) }
    return activations.lazy.compactMap { $0.flatMap(obstacle(toQuantizing:)) }.first
  }

  func isRankSuitable(_ shape: Shape, of node: Node) -> Bool {
    node.operatorName.type == "Conv" ? (3...5).contains(shape.rank) : shape.rank == 2
  }

  func biasObstacle(_ index: Int, weight: Tensor) -> QuantizationPlan.Reason? {
    let node = nodes[index]
    guard node.inputs.count > 2, let biasID = node.inputs[2] else { return nil }
    guard case .weighted(let axis) = planner.rules[index], let bias = model[biasID].constant, bias.type == .float32,
      bias.isFinite, bias.count == weight.shape[axis],
      bias.shape.rank == 1 || bias.shape[bias.shape.rank - 1] == bias.count
    else { return .biasUnsuitable }
    return nil
  }

  func obstacle(toQuantizing value: ValueID) -> QuantizationPlan.Reason? {
    guard let statistics = statistics[value] else { return .notCalibrated }
    if statistics.summary.nanCount > 0 || statistics.summary.infinityCount > 0 { return .activationNotFinite }
    return statistics.summary.count == 0 ? .notCalibrated : nil
  }

  /// The value that a quantized result of the node stands for: behind the clamp, where there is one.
  func result(of index: Int) -> ValueID? {
    guard let output = nodes[index].outputs[0] else { return nil }
    guard let clamp = planner.clamp(after: output) else { return output }
    return nodes[clamp].outputs[0]
  }
}
