import ModelGraph
import Operators
import OrderedCollections
import Quantization
import Tensors

/// Nodes whose INT8 form would not be faster.
extension PlanningState {
  /// Leaves those integer nodes in float that cost more as integers than they save, changes between integers and real
  /// numbers included.
  ///
  /// The costs are those of one sample. The cheapest choice for all nodes together is the minimum cut of a network: a
  /// node on the source's side is integer. Where that leaves no product at all, nothing changes as long as integers make
  /// the model smaller: what is so small is converted for its size.
  ///
  /// - Returns: whether integers are faster at all.
  mutating func leaveOutSlowNodes(samples: Int) -> Bool {
    var network = CostNetwork(self, samples: samples)
    let kept = network.integerNodes()
    let isFaster = kept.contains { decisions[$0] == .integerProduct }
    guard isFaster || !hasMostlyProducts else { return false }
    for index in nodes.indices where CostNetwork.isCandidate(decisions[index]) && !kept.contains(index) {
      decisions[index] = .keepFloat(.notFaster)
    }
    for index in nodes.indices where decisions[index] == .absorbed { decisions[index] = .keepFloat(.noIntegerKernel) }
    settleNeighbours(reason: .notFaster)
    markAbsorbedClamps()
    return isFaster
  }

  /// Whether so much of the model are weights of integer products that it gets notably smaller with them: a quarter.
  private var hasMostlyProducts: Bool {
    let weights = Set(nodes.indices.filter { decisions[$0] == .integerProduct }.compactMap { nodes[$0].inputs[1] })
    let products = weights.reduce(0) { $0 + (model[$1].constant?.count ?? 0) }
    let all = model.main.initializers.reduce(0) { $0 + (model[$1].constant?.count ?? 0) }
    return 4 * products >= all
  }
}

/// The costs of all choices as a network to cut.
private struct CostNetwork {
  private let state: PlanningState
  private let samples: Double
  private let costs = NominalCosts()
  private var cut = MinimumCut()
  /// The vertices of the nodes that there is a choice for.
  private var vertices: [Int: Int] = [:]

  init(_ state: PlanningState, samples: Int) {
    self.state = state
    self.samples = Double(max(samples, 1))
    for index in state.nodes.indices where Self.isCandidate(state.decisions[index]) || state.isFunction(index) {
      vertices[index] = cut.addVertex()
    }
    for index in vertices.keys.sorted() { addWork(of: index) }
    for value in changingValues() { addChanges(of: value) }
  }

  static func isCandidate(_ decision: QuantizationPlan.Decision) -> Bool {
    decision == .integerProduct || decision == .integerElementwise || decision == .integerMovement
  }

  /// The nodes that are cheaper as integers.
  mutating func integerNodes() -> Set<Int> {
    let side = cut.sourceSide()
    return Set(vertices.keys.filter { side.contains(vertices[$0]!) })
  }

  // MARK: Nodes

  private mutating func addWork(of index: Int) {
    guard let work = work(of: index) else { return }
    cut.addEdge(from: MinimumCut.source, to: vertices[index]!, capacity: Int(work.float))
    cut.addEdge(from: vertices[index]!, to: MinimumCut.sink, capacity: Int(work.integer))
  }

  /// What a node costs in either form; nil where calibration does not tell the size of its result.
  private func work(of index: Int) -> (float: Double, integer: Double)? {
    guard let result = state.result(of: index), let count = elements(of: result) else { return nil }
    switch state.decisions[index] {
    case .integerProduct: return product(index, results: count)
    case .integerMovement: return (count * costs.movedFloat, count * costs.movedInteger)
    case .integerElementwise: return (count * costs.floatElement, elementwise(index, results: count))
    // A function between integers is a table.
    default: return (count * costs.floatElement, count * costs.movedInteger)
    }
  }

  private func elementwise(_ index: Int, results: Double) -> Double {
    switch state.nodes[index].operatorName.type {
    case "Sigmoid", "LeakyRelu": results * costs.movedInteger
    case "Mul" where isSwish(index): results * costs.movedInteger
    // Sums of real numbers join the product before them, those of integers are nodes of their own.
    case "Add": results * costs.integerElement + costs.node
    default: results * costs.integerElement
    }
  }

  /// Whether a Mul makes a SiLU with the Sigmoid before it: together they are one table.
  private func isSwish(_ index: Int) -> Bool {
    let factors = state.nodes[index].inputs.compactMap { $0 }
    return factors.contains { factor in
      guard let producer = state.planner.uses.producer[factor] else { return false }
      let curve = state.nodes[producer]
      return curve.operatorName == OperatorName("Sigmoid") && curve.inputs[0].map(factors.contains) ?? false
    }
  }

  private func product(_ index: Int, results: Double) -> (float: Double, integer: Double)? {
    guard case .weighted(let axis) = state.planner.rules[index], let weight = weight(of: index) else { return nil }
    let weights = Double(weight.count)
    let multiplyAdds = results * weights / Double(max(weight.shape[axis], 1))
    if state.nodes[index].operatorName.type == "Conv", weight.shape[1] == 1, state.nodes[index].isGrouped {
      return (
        multiplyAdds * costs.floatDepthwiseMultiplyAdd + results * costs.floatResult,
        multiplyAdds * costs.integerDepthwiseMultiplyAdd + results * costs.integerResult
      )
    }
    return (
      max(multiplyAdds, weights * costs.floatWeight) + results * costs.floatResult,
      max(multiplyAdds * costs.integerMultiplyAdd, weights * costs.integerWeight) + results * costs.integerResult
    )
  }

  /// Elements of a value for one sample; nil where calibration neither saw it nor what tells its size.
  private func elements(of value: ValueID) -> Double? {
    if let statistics = state.statistics[value] { return Double(statistics.summary.count) / samples }
    guard let producer = state.planner.uses.producer[value] else { return nil }
    switch state.planner.rules[producer] {
    case .weighted(let axis):
      guard let input = state.nodes[producer].inputs[0].flatMap(elements), let weight = weight(of: producer),
        weight.shape.rank == 2
      else { return nil }
      return input / Double(max(weight.shape[1 - axis], 1)) * Double(weight.shape[axis])
    case .sharedParameters: return state.movedInput(producer).flatMap(elements)
    case .clamp: return state.nodes[producer].inputs[0].flatMap(elements)
    case .keepFloat where state.isFunction(producer): return state.nodes[producer].inputs[0].flatMap(elements)
    case .elementwise, .keepFloat: return nil
    }
  }

  private func weight(of index: Int) -> Tensor? { state.nodes[index].inputs[1].flatMap { state.model[$0].constant } }

  // MARK: Values

  /// The values that may have to change between integers and real numbers.
  private func changingValues() -> [ValueID] {
    let inputs = vertices.keys.sorted().flatMap { state.costedInputs(of: $0) }
    let results = vertices.keys.sorted().compactMap { state.result(of: $0) }
    var seen = Set<ValueID>()
    return (inputs + results).filter { seen.insert($0).inserted }
  }

  private mutating func addChanges(of value: ValueID) {
    guard let count = elements(of: value) else { return }
    let producer = state.integerProducer(of: value).flatMap { vertices[$0] }
    let integerUses = (state.planner.uses.consumers[value] ?? [])
      .filter { vertices[$0] != nil && state.costedInputs(of: $0).contains(value) }
    if !integerUses.isEmpty {
      // One QuantizeLinear serves all integer nodes that read a value of a float node.
      let change = cut.addVertex()
      for index in integerUses {
        cut.addEdge(from: vertices[index]!, to: change, capacity: MinimumCut.unlimited)
      }
      cut.addEdge(
        from: change, to: producer ?? MinimumCut.sink, capacity: Int(count * costs.quantization + costs.node))
    }
    guard let producer, !givesFloat(value) else { return }
    // One DequantizeLinear serves all float nodes that read the result of an integer node.
    let change = cut.addVertex()
    cut.addEdge(from: producer, to: change, capacity: Int(count * costs.dequantization + costs.node))
    let uses = state.planner.uses.consumers[value] ?? []
    for index in uses {
      cut.addEdge(from: change, to: vertices[index] ?? MinimumCut.sink, capacity: MinimumCut.unlimited)
    }
    if uses.isEmpty || state.planner.uses.outputs.contains(value) {
      cut.addEdge(from: change, to: MinimumCut.sink, capacity: MinimumCut.unlimited)
    }
  }

  /// Whether an integer node gives real numbers at no cost: products of matrices do.
  private func givesFloat(_ value: ValueID) -> Bool {
    guard let producer = state.integerProducer(of: value) else { return false }
    return state.decisions[producer] == .integerProduct && state.nodes[producer].operatorName.type != "Conv"
  }
}

extension PlanningState {
  /// The inputs that an integer form of a node, or a table in its place, reads as integers.
  fileprivate func costedInputs(of index: Int) -> [ValueID] {
    let inputs = quantizedInputs(of: index)
    return inputs.isEmpty ? [nodes[index].inputs[0]].compactMap { $0 } : inputs
  }
}

extension Node {
  /// Whether a convolution has groups.
  fileprivate var isGrouped: Bool {
    if case .int(let groups)? = attributes["group"] { groups > 1 } else { false }
  }
}
