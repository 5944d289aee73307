import Kernels
import ModelGraph
import Operators
import Tensors

/// A body as a list of steps over numbered slots.
struct Program: Sendable {
  /// The slots at the start of a run: empty, but for constants that bodies capture or that are returned.
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
      let spent = step.spentInput(in: &slots)
      if let trace {
        let start = ContinuousClock.now
        let results = try step.run(slots, compute: compute, spent: spent)
        let end = ContinuousClock.now
        step.keep(results, in: &slots, observe: observe)
        trace(StepTiming(index: index, start: start, end: end)) { record(of: index, in: slots) }
      } else {
        step.keep(try step.run(slots, compute: compute, spent: spent), in: &slots, observe: observe)
      }
      step.release(&slots)
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
      index: index, inputs: steps[index].inputs.map { $0.tensor(in: slots) },
      outputs: steps[index].outputs.map { $0.flatMap { slots[$0.slot] } }, liveBytes: activations.distinctBytes)
  }
}
