import Kernels
import ModelGraph
import Operators
import Tensors

/// One node of a program: an operator, where its inputs come from and where its outputs go.
///
/// A class, so that going through the steps of a program copies nothing.
final class Step: Sendable {
  /// Where an input comes from.
  enum Operand: Sendable {
    case absent
    case constant(Tensor)
    case slot(Int)

    /// The input, in the midst of a run; nil where it is absent or was not computed.
    func tensor(in slots: [Tensor?]) -> Tensor? {
      switch self {
      case .absent: nil
      case .constant(let tensor): tensor
      case .slot(let slot): slots[slot]
      }
    }
  }

  struct Output: Sendable {
    let slot: Int
    let value: ValueID
  }

  /// How messages name the node.
  let location: String
  let operation: any Operator
  let inputs: [Operand]
  let captured: [Int]
  let outputs: [Output?]
  /// Slots that no later step reads.
  let releasedSlots: [Int]
  /// Whether the operator computes in float32 only. Half precision is a way to store constants, inputs and outputs;
  /// what nodes pass on to each other stays in float32, as in runtimes without half-precision arithmetic.
  let widensHalf: Bool

  init(
    location: String, operation: any Operator, inputs: [Operand], captured: [Int], outputs: [Output?],
    releasedSlots: [Int], widensHalf: Bool
  ) {
    self.location = location
    self.operation = operation
    self.inputs = inputs
    self.captured = captured
    self.outputs = outputs
    self.releasedSlots = releasedSlots
    self.widensHalf = widensHalf
  }

  func run(_ slots: [Tensor?], compute: Compute) throws(EngineError) -> [Tensor] {
    var tensors: [Tensor?] = []
    tensors.reserveCapacity(inputs.count)
    for index in inputs.indices {
      let tensor = inputs[index].tensor(in: slots)
      if tensor == nil, case .slot = inputs[index] {
        throw EngineError(location: location, "input \(index) was not computed")
      }
      tensors.append(tensor)
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
