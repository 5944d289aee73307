import Kernels
import ModelGraph
import Operators
import Tensors

/// One node of a program: an operator, where its inputs come from and where its outputs go.
///
/// A class, so that going through the steps of a program copies nothing. What every run does goes through its lists by
/// index: an iterator would count a reference to the list.
final class Step: Sendable {
  struct Output: Sendable {
    let slot: Int
    let value: ValueID
  }

  /// How messages name the node.
  let location: String
  let operation: any Operator
  let inputs: [OperatorInputs.Source]
  /// The slots of those inputs that come from slots, in order.
  private let inputSlots: [Int]
  /// The types of those inputs that are constant.
  private let constantTypes: FloatTypes
  let captured: [Int]
  let outputs: [Output?]
  /// Slots that no later step reads.
  let releasedSlots: [Int]
  /// Inputs that are not read after this step, whose memory the result may take.
  private let lastInputs: [LastInput]
  /// Whether the operator computes in float32 only. Half precision is a way to store constants, inputs and outputs;
  /// what nodes pass on to each other stays in float32, as in runtimes without half-precision arithmetic.
  let widensHalf: Bool

  init(
    location: String, operation: any Operator, inputs: [OperatorInputs.Source], captured: [Int], outputs: [Output?],
    releasedSlots: [Int], widensHalf: Bool
  ) {
    self.location = location
    self.operation = operation
    self.inputs = inputs
    let inputSlots = inputs.compactMap { if case .slot(let slot) = $0 { slot } else { nil } }
    self.inputSlots = inputSlots
    constantTypes = FloatTypes(inputs.compactMap { if case .constant(let tensor) = $0 { tensor.type } else { nil } })
    self.captured = captured
    self.outputs = outputs
    self.releasedSlots = releasedSlots
    self.widensHalf = widensHalf
    lastInputs = operation.overwritableInputs.compactMap { position in
      guard position < inputs.count, case .slot(let slot) = inputs[position], releasedSlots.contains(slot),
        inputSlots.count(where: { $0 == slot }) == 1, !captured.contains(slot)
      else { return nil }
      return LastInput(position: position, slot: slot)
    }
  }

  private struct LastInput {
    let position: Int
    let slot: Int
  }

  /// The position of an input that this step is the last to read and that no one else has.
  func spentInput(in slots: inout [Tensor?]) -> Int? {
    for index in lastInputs.indices where slots[lastInputs[index].slot]?.isSole == true {
      return lastInputs[index].position
    }
    return nil
  }

  /// Empties the slots that no later step reads.
  func release(_ slots: inout [Tensor?]) {
    for index in releasedSlots.indices { slots[releasedSlots[index]] = nil }
  }

  /// - Parameter spent: What `spentInput` returned.
  func run(_ slots: [Tensor?], compute: Compute, spent: Int?) throws(EngineError) -> [Tensor] {
    let captured = captured.isEmpty ? [] : try captured(in: slots)
    var tensors = OperatorInputs(inputs, slots: slots, captured: captured, compute: compute, spent: spent)
    if try computesInFloat32(on: slots) {
      tensors = OperatorInputs(widened(tensors.tensors, compute), captured: tensors.captured, compute: compute)
    }
    do {
      return try operation.run(tensors)
    } catch {
      throw EngineError(location: location, error.message)
    }
  }

  /// Moves what `run` returned to the slots, and shows it to an observer.
  func keep(_ results: consuming [Tensor], in slots: inout [Tensor?], observe: ((ValueID, Tensor) -> Void)?) {
    // From the last to the first, so that none is copied.
    while let tensor = results.popLast() {
      guard results.count < outputs.count, let output = outputs[results.count] else { continue }
      slots[output.slot] = tensor
      if let observe, let kept = slots[output.slot] { observe(output.value, kept) }
    }
  }

  /// What the operator computed when it was given what the record holds.
  func work(_ record: StepRecord, compute: Compute) -> OperatorWork? {
    let widens = computesInFloat32(on: record.inputs.compactMap { $0?.type })
    let tensors = widens ? widened(record.inputs, compute) : record.inputs
    return operation.work(OperatorInputs(tensors, compute: compute), outputs: record.outputs)
  }

  private func captured(in slots: [Tensor?]) throws(EngineError) -> [Tensor] {
    try captured.map { slot throws(EngineError) in
      guard let tensor = slots[slot] else { throw EngineError(location: location, "a captured value was not computed") }
      return tensor
    }
  }

  private func widened(_ tensors: [Tensor?], _ compute: Compute) -> [Tensor?] {
    tensors.map { $0.map { $0.widened(compute) } }
  }

  /// Checks that the inputs were computed, and whether half-precision ones among them are widened.
  private func computesInFloat32(on slots: [Tensor?]) throws(EngineError) -> Bool {
    var types = constantTypes
    for index in inputSlots.indices {
      guard let type = slots[inputSlots[index]]?.type else { throw missingInput(slots) }
      types.insert(type)
    }
    return computesInFloat32(types)
  }

  private func computesInFloat32(on types: [DataType]) -> Bool { computesInFloat32(FloatTypes(types)) }

  /// Half-precision inputs are widened where the operator does not take them as they are, or gets one next to a result
  /// that was left in float32.
  private func computesInFloat32(_ types: FloatTypes) -> Bool { types.hasHalf && (widensHalf || types.hasFloat32) }

  private func missingInput(_ slots: [Tensor?]) -> EngineError {
    let index = inputs.firstIndex { if case .slot(let slot) = $0 { slots[slot] == nil } else { false } }
    return EngineError(location: location, "input \(index ?? 0) was not computed")
  }
}

/// Which floating-point types there are among the inputs of a step.
private struct FloatTypes {
  var hasHalf = false
  var hasFloat32 = false

  init(_ types: [DataType]) { for type in types { insert(type) } }

  mutating func insert(_ type: DataType) {
    if type.isHalf { hasHalf = true }
    if type == .float32 { hasFloat32 = true }
  }
}
