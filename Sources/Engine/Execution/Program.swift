import Kernels
import ModelGraph
import Operators
import Tensors

/// A body as a list of steps over numbered slots.
struct Program: Sendable {
  /// The slots at the start of a run: constants in place, the rest empty.
  let initialSlots: [Tensor?]
  let inputSlots: [Int]
  let captureSlots: [Int]
  let steps: [Step]
  let outputs: [Output]

  struct Output: Sendable {
    let slot: Int
    let name: String
  }

  /// Runs all steps.
  func run(
    _ inputs: [Tensor], captured: [Tensor], compute: Compute, observe: ((ValueID, Tensor) -> Void)?,
    trace: StepObserver? = nil
  ) throws(EngineError) -> [Tensor] {
    var slots = initialSlots
    for (slot, tensor) in zip(inputSlots, inputs) { slots[slot] = tensor }
    for (slot, tensor) in zip(captureSlots, captured) { slots[slot] = tensor }
    for (index, step) in steps.enumerated() {
      let start = trace.map { _ in ContinuousClock.now }
      let results = try step.run(slots, compute: compute)
      let end = trace.map { _ in ContinuousClock.now }
      for (output, tensor) in zip(step.outputs, results) {
        guard let output else { continue }
        slots[output.slot] = tensor
        observe?(output.value, tensor)
      }
      if let trace, let start, let end {
        trace(StepTiming(index: index, start: start, end: end)) { record(of: index, in: slots) }
      }
      for slot in step.releasedSlots { slots[slot] = nil }
    }
    return try outputs.map { output throws(EngineError) in
      guard let tensor = slots[output.slot] else { throw EngineError("output \"\(output.name)\" was not computed") }
      return tensor
    }
  }

  /// A step as observers see it, its inputs and results being in their slots.
  private func record(of index: Int, in slots: [Tensor?]) -> StepRecord {
    let activations = slots.indices.map { initialSlots[$0] == nil ? slots[$0] : nil }
    return StepRecord(
      index: index, inputs: steps[index].inputs.map { $0.flatMap { slots[$0] } },
      outputs: steps[index].outputs.map { $0.flatMap { slots[$0.slot] } }, liveBytes: activations.distinctBytes)
  }
}

/// One node of a program: an operator, where its inputs come from and where its outputs go.
struct Step: Sendable {
  struct Output: Sendable {
    let slot: Int
    let value: ValueID
  }

  /// How messages name the node.
  let location: String
  let operation: any Operator
  let inputs: [Int?]
  let captured: [Int]
  let outputs: [Output?]
  /// Slots that no later step reads.
  let releasedSlots: [Int]
  /// Whether the operator computes in float32 only. Half precision is a way to store constants, inputs and outputs;
  /// what nodes pass on to each other stays in float32, as in runtimes without half-precision arithmetic.
  let widensHalf: Bool

  func run(_ slots: [Tensor?], compute: Compute) throws(EngineError) -> [Tensor] {
    let tensors = inputs.map { slot in slot.flatMap { slots[$0] } }
    for (index, slot) in inputs.enumerated() where slot != nil && tensors[index] == nil {
      throw EngineError(location: location, "input \(index) was not computed")
    }
    let captured = try self.captured.map { slot throws(EngineError) in
      guard let tensor = slots[slot] else { throw EngineError(location: location, "a captured value was not computed") }
      return tensor
    }
    do {
      return try operation.run(OperatorInputs(operands(tensors, compute), captured: captured, compute: compute))
    } catch {
      throw EngineError(location: location, error.message)
    }
  }

  /// What the operator computed when it was given what the record holds.
  func work(_ record: StepRecord, compute: Compute) -> OperatorWork? {
    operation.work(OperatorInputs(operands(record.inputs, compute), compute: compute), outputs: record.outputs)
  }

  /// The inputs as the operator gets them.
  private func operands(_ tensors: [Tensor?], _ compute: Compute) -> [Tensor?] {
    computesInFloat32(on: tensors) ? tensors.map { $0.map { $0.widened(compute) } } : tensors
  }

  /// Whether half-precision inputs are widened: where the operator does not take them as they are, or gets one next
  /// to a result that was left in float32.
  private func computesInFloat32(on tensors: [Tensor?]) -> Bool {
    guard tensors.contains(where: { $0?.type.isHalf == true }) else { return false }
    return widensHalf || tensors.contains { $0?.type == .float32 }
  }
}
