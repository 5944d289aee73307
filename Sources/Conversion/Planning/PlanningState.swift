import ModelGraph
import Operators
import OrderedCollections
import Quantization
import Tensors

/// A plan in the making: which nodes are integer so far, and which values they want quantized.
struct PlanningState {
  let planner: QuantizationPlanner
  let statistics: [ValueID: CalibrationStatistics]
  private var decisions: [QuantizationPlan.Decision]

  init(planner: QuantizationPlanner, statistics: [ValueID: CalibrationStatistics]) {
    self.planner = planner
    self.statistics = statistics
    decisions = planner.rules.map { _ in .keepFloat(.noIntegerKernel) }
  }

  private var nodes: [Node] { planner.model.main.nodes }
  private var model: Model { planner.model }

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

  private func obstacle(toProduct index: Int) -> QuantizationPlan.Reason? {
    let node = nodes[index]
    if planner.excludedNodes.contains(node.name) { return .excluded }
    guard let weightID = node.inputs[1], let weight = model[weightID].constant else { return .weightNotConstant }
    guard weight.type == .float32, isRankSuitable(weight.shape, of: node), weight.count > 0 else {
      return .weightUnsuitable
    }
    guard weight.isFinite else { return .weightNotFinite }
    if let reason = biasObstacle(index, weight: weight) { return reason }
    var activations = [node.inputs[0]]
    // Runtimes run a convolution in integers only with a quantized result.
    if node.operatorName.type == "Conv" { activations.append(result(of: index)) }
    return activations.lazy.compactMap { $0.flatMap(obstacle(toQuantizing:)) }.first
  }

  private func isRankSuitable(_ shape: Shape, of node: Node) -> Bool {
    node.operatorName.type == "Conv" ? (3...4).contains(shape.rank) : shape.rank == 2
  }

  private func biasObstacle(_ index: Int, weight: Tensor) -> QuantizationPlan.Reason? {
    let node = nodes[index]
    guard node.inputs.count > 2, let biasID = node.inputs[2] else { return nil }
    guard case .weighted(let axis) = planner.rules[index], let bias = model[biasID].constant, bias.type == .float32,
      bias.isFinite, bias.count == weight.shape[axis],
      bias.shape.rank == 1 || bias.shape[bias.shape.rank - 1] == bias.count
    else { return .biasUnsuitable }
    return nil
  }

  private func obstacle(toQuantizing value: ValueID) -> QuantizationPlan.Reason? {
    guard let statistics = statistics[value] else { return .notCalibrated }
    if statistics.summary.nanCount > 0 || statistics.summary.infinityCount > 0 { return .activationNotFinite }
    return statistics.summary.count == 0 ? .notCalibrated : nil
  }

  /// The value that a quantized result of the node stands for: behind the clamp, where there is one.
  private func result(of index: Int) -> ValueID? {
    guard let output = nodes[index].outputs[0] else { return nil }
    guard let clamp = planner.clamp(after: output) else { return output }
    return nodes[clamp].outputs[0]
  }

  // MARK: Neighbours

  /// Adds the operators between products, as long as integers come in and something after wants them.
  ///
  /// All are assumed in at first; those that turn out not to fit are put out until nothing changes. What is left is
  /// the largest set in which every member has integer inputs and an integer consumer.
  mutating func selectNeighbours() {
    for index in nodes.indices {
      switch planner.rules[index] {
      case .elementwise(let inputs): decisions[index] = initialDecision(elementwise: index, inputs)
      case .sharedParameters: decisions[index] = initialDecision(movement: index)
      default: break
      }
    }
    while true {
      let demanded = demandedValues()
      let misfits = nodes.indices.filter { isNeighbour($0) && !fits($0, demanded: demanded) }
      if misfits.isEmpty { break }
      for index in misfits { decisions[index] = .keepFloat(.notWorthwhile) }
    }
    markAbsorbedClamps()
  }

  private func isNeighbour(_ index: Int) -> Bool {
    decisions[index] == .integerElementwise || decisions[index] == .integerMovement
  }

  private func initialDecision(elementwise index: Int, _ inputs: [Int]) -> QuantizationPlan.Decision {
    let node = nodes[index]
    if planner.excludedNodes.contains(node.name) { return .keepFloat(.excluded) }
    for position in inputs where position < node.inputs.count {
      guard let input = node.inputs[position] else { continue }
      if model[input].constant != nil { return .keepFloat(.notWorthwhile) }
      if let reason = obstacle(toQuantizing: input) { return .keepFloat(reason) }
    }
    guard let output = result(of: index) else { return .keepFloat(.notWorthwhile) }
    if let reason = obstacle(toQuantizing: output) { return .keepFloat(reason) }
    if node.operatorName.type == "Concat", rangesDiffer(node.inputs.compactMap { $0 }) {
      return .keepFloat(.rangesDiffer)
    }
    return .integerElementwise
  }

  private func initialDecision(movement index: Int) -> QuantizationPlan.Decision {
    let node = nodes[index]
    if planner.excludedNodes.contains(node.name) { return .keepFloat(.excluded) }
    if isLookup(node) { return .integerLookup }
    guard node.outputs.count == 1, let input = movedInput(index), model[input].constant == nil else {
      return .keepFloat(.notWorthwhile)
    }
    return obstacle(toQuantizing: input).map { .keepFloat($0) } ?? .integerMovement
  }

  /// Whether a node picks rows of a constant float table that is large enough for its size to matter: an embedding.
  private func isLookup(_ node: Node) -> Bool {
    guard node.operatorName == OperatorName("Gather"), let data = node.inputs[0], let table = model[data].constant,
      table.type == .float32, table.shape.rank == 2, table.count >= 4096, table.shape[1] >= 16, table.isFinite
    else { return false }
    if case .int(let axis)? = node.attributes["axis"], axis != 0, axis != -2 { return false }
    return true
  }

  /// The data input of an operator that moves elements.
  private func movedInput(_ index: Int) -> ValueID? {
    guard case .sharedParameters(let inputs) = planner.rules[index], let position = inputs.first,
      position < nodes[index].inputs.count
    else { return nil }
    return nodes[index].inputs[position]
  }

  /// Whether the widest range is more than 16 times the narrowest: the narrow one would get under 4 of the 8 bits.
  private func rangesDiffer(_ values: [ValueID]) -> Bool {
    let widths = values.compactMap { statistics[$0]?.summary }.map { max($0.maximum, 0) - min($0.minimum, 0) }
      .filter { $0 > 0 }
    guard let narrowest = widths.min(), let widest = widths.max() else { return false }
    return widest > 16 * narrowest
  }

  /// The values that an integer node takes in.
  private func demandedValues() -> Set<ValueID> {
    var demanded = Set<ValueID>()
    for index in nodes.indices { demanded.formUnion(quantizedInputs(of: index)) }
    return demanded
  }

  private func quantizedInputs(of index: Int) -> [ValueID] {
    let node = nodes[index]
    switch (decisions[index], planner.rules[index]) {
    case (.integerProduct, _): return [node.inputs[0]].compactMap { $0 }
    case (.integerElementwise, .elementwise(let inputs)):
      return inputs.compactMap { $0 < node.inputs.count ? node.inputs[$0] : nil }
    case (.integerMovement, _): return [movedInput(index)].compactMap { $0 }
    default: return []
    }
  }

  /// Whether a neighbour's inputs are integers anyway and its result is wanted as one.
  private func fits(_ index: Int, demanded: Set<ValueID>) -> Bool {
    guard let result = result(of: index), demanded.contains(result) || isUsedByMovement(result) else { return false }
    return quantizedInputs(of: index).allSatisfy { isInteger($0, besides: index) }
  }

  private func isUsedByMovement(_ value: ValueID) -> Bool {
    planner.uses.consumers[value]?.contains { decisions[$0] == .integerMovement } ?? false
  }

  /// Whether `value` comes from an integer node, or another one than `index` quantizes it in any case.
  private func isInteger(_ value: ValueID, besides index: Int) -> Bool {
    if let producer = integerProducer(of: value), decisions[producer].givesIntegers { return true }
    return planner.uses.consumers[value]?.contains { $0 != index && decisions[$0] == .integerProduct } ?? false
  }

  /// The node whose quantized result `value` is: its producer, or the one before an absorbing clamp.
  private func integerProducer(of value: ValueID) -> Int? {
    guard let producer = planner.uses.producer[value] else { return nil }
    guard case .clamp = planner.rules[producer], let input = nodes[producer].inputs[0],
      planner.clamp(after: input) == producer
    else { return producer }
    return planner.uses.producer[input]
  }

  private mutating func markAbsorbedClamps() {
    for index in nodes.indices where decisions[index] == .integerProduct || decisions[index] == .integerElementwise {
      guard let output = nodes[index].outputs[0], let clamp = planner.clamp(after: output),
        let result = nodes[clamp].outputs[0], isQuantizedResult(result, of: index)
      else { continue }
      decisions[clamp] = .absorbed
    }
  }

  // MARK: Parameters

  /// Whether the result of an integer node is quantized: a convolution's always is, others' where it is wanted.
  private func isQuantizedResult(_ value: ValueID, of index: Int) -> Bool {
    if nodes[index].operatorName.type == "Conv" { return true }
    return planner.uses.consumers[value]?.contains { quantizedInputs(of: $0).contains(value) } ?? false
  }

  func finish(estimator: any RangeEstimator) -> QuantizationPlan {
    var plan = QuantizationPlan(decisions: decisions)
    for value in quantizedValues() {
      plan.activations[value] = parameters(of: value, plan, estimator)
    }
    for index in nodes.indices {
      switch decisions[index] {
      case .integerProduct: plan.weights[index] = weightParameters(index, plan)
      case .integerLookup: plan.weights[index] = tableParameters(index)
      default: break
      }
    }
    return plan
  }

  /// The values that will be quantized, each after those that its parameters may come from.
  private func quantizedValues() -> [ValueID] {
    let demanded = demandedValues()
    var values = model.main.inputs.filter { demanded.contains($0) }
    for index in nodes.indices {
      for output in nodes[index].outputs {
        guard let output else { continue }
        let producer = integerProducer(of: output) ?? index
        let isConvolution =
          decisions[producer] == .integerProduct && nodes[producer].operatorName.type == "Conv"
          && result(of: producer) == output
        if demanded.contains(output) || isConvolution { values.append(output) }
      }
    }
    return values
  }

  private func parameters(
    of value: ValueID, _ plan: QuantizationPlan, _ estimator: any RangeEstimator
  ) -> QuantizationParameters {
    if let producer = planner.uses.producer[value] {
      if decisions[producer] == .integerMovement, let source = movedInput(producer),
        let parameters = plan.activations[source]
      {
        return parameters
      }
      if ["Softmax", "Sigmoid"].contains(nodes[producer].operatorName.type), decisions[producer].isInteger {
        return QuantizationParameters(unitInterval: .activations)
      }
    }
    guard let statistics = statistics[value], let range = estimator.range(of: statistics, for: .activations) else {
      preconditionFailure("a value without statistics was selected")
    }
    return QuantizationParameters(range: range, scheme: .activations)
  }

  private func tableParameters(_ index: Int) -> QuantizationParameters {
    guard let data = nodes[index].inputs[0], let table = model[data].constant?.aligned(),
      let parameters = try? QuantizationParameters(
        weights: table.span(of: Float.self), shape: table.shape, scheme: .weights(axis: 0))
    else { preconditionFailure("a lookup was selected whose table cannot be quantized") }
    return parameters
  }

  private func weightParameters(_ index: Int, _ plan: QuantizationPlan) -> QuantizationParameters {
    let node = nodes[index]
    guard case .weighted(let axis) = planner.rules[index], let weightID = node.inputs[1],
      let weight = model[weightID].constant?.aligned(), let input = node.inputs[0],
      let inputScale = plan.activations[input]?.scales.first,
      let parameters = try? QuantizationParameters(
        weights: weight.span(of: Float.self), shape: weight.shape, scheme: .weights(axis: axis))
    else { preconditionFailure("a product was selected whose weight cannot be quantized") }
    guard node.inputs.count > 2, let biasID = node.inputs[2], let bias = model[biasID].constant?.aligned() else {
      return parameters
    }
    return parameters.widened(forBias: bias.span(of: Float.self), inputScale: inputScale)
  }
}

extension Tensor {
  /// Whether no element of a float32 tensor is NaN or infinite.
  var isFinite: Bool { firstNonFinite == nil }

  /// The first element of a float32 tensor that is NaN or infinite.
  var firstNonFinite: (index: Int, value: Float)? {
    guard type == .float32 else { return nil }
    let tensor = aligned()
    let span = tensor.span(of: Float.self)
    return span.indices.first { !span[$0].isFinite }.map { ($0, span[$0]) }
  }
}
