import Kernels
import ModelGraph
import OrderedCollections
import Operators
import Tensors

/// Turns bodies into programs.
struct BodyCompiler {
  let model: Model
  let registry: OperatorRegistry
  let compute: Compute

  /// Compiles `body`, which is fed `inputs` and sees the values in `captures` from outside.
  func compile(_ body: Body, inputs: [ValueID], captures: [ValueID]) throws(EngineError) -> Program {
    var slots = SlotTable()
    let inputSlots = inputs.map { slots.slot(of: $0, in: model) }
    let captureSlots = captures.map { slots.slot(of: $0, in: model) }
    let lastUses = lastUses(in: body)
    var steps: [Step] = []
    steps.reserveCapacity(body.nodes.count)
    for (index, node) in body.nodes.enumerated() {
      steps.append(try compile(node, at: index, lastUses: lastUses, slots: &slots))
    }
    let outputs = body.outputs.map { Program.Output(slot: slots.slot(of: $0, in: model), name: model[$0].name) }
    return Program(
      initialSlots: slots.initial, inputSlots: inputSlots,
      captureSlots: captureSlots, steps: steps, outputs: outputs)
  }

  private func compile(
    _ node: Node, at index: Int, lastUses: [ValueID: Int], slots: inout SlotTable
  ) throws(EngineError) -> Step {
    let captures = node.captures
    let operation = try makeOperator(node, at: index, captures: captures)
    let schema = type(of: operation).schema
    let widens = !schema.acceptsHalf
    let inputs = node.inputs.map { input in
      input.map { slots.operand($0, in: model, widening: widens ? compute : nil) } ?? .absent
    }
    let outputs = node.outputs.map { $0.map { Step.Output(slot: slots.slot(of: $0, in: model), value: $0) } }
    let used = Set(node.inputs.compactMap { $0 } + captures + node.outputs.compactMap { $0 })
    let released = used.filter { lastUses[$0] == index && model[$0].constant == nil }
    return Step(
      location: EngineError.describe(node, at: index), operation: operation, inputs: inputs,
      captured: captures.map { slots.slot(of: $0, in: model) }, outputs: outputs,
      releasedSlots: released.map { slots.slot(of: $0, in: model) }.sorted(), widensHalf: widens)
  }

  private func makeOperator(
    _ node: Node, at index: Int, captures: [ValueID]
  ) throws(EngineError) -> any Operator {
    let type = try findOperator(node, at: index)
    var functions: [String: any GraphFunction] = [:]
    for (name, attribute) in node.attributes {
      guard case .graph(let body) = attribute else { continue }
      let program = try compile(body, inputs: body.inputs, captures: captures)
      functions[name] = CompiledBody(
        program: program, inputCount: body.inputs.count, outputTypes: body.outputs.map { model[$0].type })
    }
    do {
      let reader = NodeReader(node, version: version(of: node.operatorName.domain), functions: functions)
      let constants = node.inputs.map { $0.flatMap { model[$0].constant?.aligned() } }
      return try type.init(reader).prepared(with: constants)
    } catch {
      throw EngineError(node: node, at: index, error.message)
    }
  }

  private func findOperator(_ node: Node, at index: Int) throws(EngineError) -> any Operator.Type {
    let name = node.operatorName
    let version = version(of: name.domain)
    guard let type = registry.find(name, version: version) else {
      throw EngineError(node: node, at: index, "operator \(name) of opset \(version) is not supported")
    }
    if let problem = node.arityProblem(type.schema) { throw EngineError(node: node, at: index, problem) }
    return type
  }

  private func version(of domain: String) -> Int { model.opsets[domain] ?? 1 }

  /// The index of the last node that uses each value; values that the body returns are used for ever.
  private func lastUses(in body: Body) -> [ValueID: Int] {
    var last: [ValueID: Int] = [:]
    for (index, node) in body.nodes.enumerated() {
      for id in node.inputs + node.outputs { if let id { last[id] = index } }
      for id in node.captures { last[id] = index }
    }
    for id in body.outputs { last[id] = nil }
    return last
  }
}

extension Node {
  /// The values that the node's bodies capture from around it, in order of first use.
  var captures: [ValueID] {
    var seen = Set<ValueID>()
    return bodies.flatMap(\.captures).filter { seen.insert($0).inserted }
  }
}

/// Numbers the values of one body.
private struct SlotTable {
  /// What each slot holds when a run starts.
  private(set) var initial: [Tensor?] = []
  private var slots: [ValueID: Int] = [:]
  /// Half-precision constants in float32, each widened once.
  private var widened: [ValueID: Tensor] = [:]

  /// The slot of a value, made on first use.
  mutating func slot(of id: ValueID, in model: Model) -> Int {
    if let slot = slots[id] { return slot }
    initial.append(model[id].constant?.aligned())
    slots[id] = initial.count - 1
    return initial.count - 1
  }

  /// Where a node finds a value. `compute` is given for operators that want constants in float32.
  mutating func operand(_ id: ValueID, in model: Model, widening compute: Compute?) -> OperatorInputs.Source {
    guard let constant = model[id].constant else { return .slot(slot(of: id, in: model)) }
    guard let compute, constant.type.isHalf else { return .constant(constant.aligned()) }
    if let tensor = widened[id] { return .constant(tensor) }
    let tensor = constant.widened(compute)
    widened[id] = tensor
    return .constant(tensor)
  }
}
