import ModelGraph
import Operators
import OrderedCollections
import Quantization
import Tensors

/// The operators between products.
extension PlanningState {
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
    settleNeighbours(reason: .notWorthwhile)
    markAbsorbedClamps()
  }

  /// Puts neighbours out, for this reason, until all that are left fit.
  mutating func settleNeighbours(reason: QuantizationPlan.Reason) {
    while true {
      let demanded = demandedValues()
      let misfits = nodes.indices.filter { isNeighbour($0) && !fits($0, demanded: demanded) }
      if misfits.isEmpty { break }
      for index in misfits { decisions[index] = .keepFloat(reason) }
    }
  }

  func isNeighbour(_ index: Int) -> Bool {
    decisions[index] == .integerElementwise || decisions[index] == .integerMovement
  }

  func initialDecision(elementwise index: Int, _ inputs: [Int]) -> QuantizationPlan.Decision {
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

  func initialDecision(movement index: Int) -> QuantizationPlan.Decision {
    let node = nodes[index]
    if planner.excludedNodes.contains(node.name) { return .keepFloat(.excluded) }
    if isLookup(node) { return .integerLookup }
    guard node.outputs.count == 1, let input = movedInput(index), model[input].constant == nil else {
      return .keepFloat(.notWorthwhile)
    }
    return obstacle(toQuantizing: input).map { .keepFloat($0) } ?? .integerMovement
  }

  /// Whether a node picks rows of a constant float table that is large enough for its size to matter: an embedding.
  func isLookup(_ node: Node) -> Bool {
    guard node.operatorName == OperatorName("Gather"), let data = node.inputs[0], let table = model[data].constant,
      table.type == .float32, table.shape.rank == 2, table.count >= 4096, table.shape[1] >= 16, table.isFinite
    else { return false }
    if case .int(let axis)? = node.attributes["axis"], axis != 0, axis != -2 { return false }
    return true
  }

  /// The data input of an operator that moves elements.
  func movedInput(_ index: Int) -> ValueID? {
    guard case .sharedParameters(let inputs) = planner.rules[index], let position = inputs.first,
      position < nodes[index].inputs.count
    else { return nil }
    return nodes[index].inputs[position]
  }

  /// Whether the widest range is more than 16 times the narrowest: the narrow one would get under 4 of the 8 bits.
  func rangesDiffer(_ values: [ValueID]) -> Bool {
    let widths = values.compactMap { statistics[$0]?.summary }.map { max($0.maximum, 0) - min($0.minimum, 0) }
      .filter { $0 > 0 }
    guard let narrowest = widths.min(), let widest = widths.max() else { return false }
    return widest > 16 * narrowest
  }

  /// The values that an integer node takes in.
  func demandedValues() -> Set<ValueID> {
    var demanded = Set<ValueID>()
    for index in nodes.indices { demanded.formUnion(quantizedInputs(of: index)) }
    return demanded
  }

  func quantizedInputs(of index: Int) -> [ValueID] {
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
  func fits(_ index: Int, demanded: Set<ValueID>) -> Bool {
    guard let result = result(of: index), demanded.contains(result) || isUsedByMovement(result) else { return false }
    return quantizedInputs(of: index).allSatisfy { isInteger($0, besides: index) }
  }

  func isUsedByMovement(_ value: ValueID) -> Bool {
    planner.uses.consumers[value]?.contains { decisions[$0] == .integerMovement } ?? false
  }

  /// Whether `value` comes from an integer node or is a function of what does, or another one than `index` quantizes it
  /// in any case.
  func isInteger(_ value: ValueID, besides index: Int) -> Bool {
    var origin = integerProducer(of: value)
    while let function = origin, isFunction(function) {
      origin = nodes[function].inputs[0].flatMap(integerProducer)
    }
    if let origin, decisions[origin].givesIntegers { return true }
    return planner.uses.consumers[value]?.contains { $0 != index && decisions[$0] == .integerProduct } ?? false
  }

  /// Whether a node applies a function of one argument, element by element, that runtimes have no integer form of.
  /// Between integers it is a table.
  func isFunction(_ index: Int) -> Bool {
    let functions: Set = [
      "Elu", "Gelu", "HardSigmoid", "HardSwish", "Mish", "QuickGelu", "Selu", "Sigmoid", "Softplus", "Swish", "Tanh",
    ]
    return decisions[index] == .keepFloat(.noIntegerKernel) && functions.contains(nodes[index].operatorName.type)
  }

  /// The node whose quantized result `value` is: its producer, or the one before an absorbing clamp.
  func integerProducer(of value: ValueID) -> Int? {
    guard let producer = planner.uses.producer[value] else { return nil }
    guard case .clamp = planner.rules[producer], let input = nodes[producer].inputs[0],
      planner.clamp(after: input) == producer
    else { return producer }
    return planner.uses.producer[input]
  }

  mutating func markAbsorbedClamps() {
    for index in nodes.indices where decisions[index] == .integerProduct || decisions[index] == .integerElementwise {
      guard let output = nodes[index].outputs[0], let clamp = planner.clamp(after: output),
        let result = nodes[clamp].outputs[0], isQuantizedResult(result, of: index)
      else { continue }
      decisions[clamp] = .absorbed
    }
  }
}
