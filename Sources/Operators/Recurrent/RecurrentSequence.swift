import Kernels
import Tensors

/// The inputs of a recurrent layer that are not its parameters, checked and with the steps first.
struct RecurrentSequence: Sendable {
  let steps: Int
  let batch: Int
  let inputSize: Int
  let hidden: Int
  let directions: Int
  /// [steps, batch, input size]
  let data: Tensor
  /// How many steps each item of the batch has; nil where all have all.
  let lengths: [Int]?
  /// The state of each direction to begin with.
  let initial: [RecurrentState]

  private let isBatchFirst: Bool

  /// Checks all inputs of a layer.
  init(_ inputs: OperatorInputs, _ attributes: RecurrentAttributes, _ form: RecurrentForm) throws(OperatorError) {
    let given = try inputs.tensor(0, of: .float32)
    guard given.shape.rank == 3 else {
      let expected = attributes.isBatchFirst ? "[batch, steps, input size]" : "[steps, batch, input size]"
      throw .input(0, "has shape \(given.shape), expected \(expected)")
    }
    isBatchFirst = attributes.isBatchFirst
    data = isBatchFirst ? given.exchangingFirstAxes() : given
    (steps, batch, inputSize) = (data.shape[0], data.shape[1], data.shape[2])
    directions = attributes.reversed.count
    let recurrent = try inputs.tensor(2, of: .float32)
    guard recurrent.shape.rank == 3 else {
      throw .input(2, "has shape \(recurrent.shape), expected [directions, gates · hidden size, hidden size]")
    }
    hidden = recurrent.shape[2]
    if let stated = attributes.hiddenSize, stated != hidden {
      throw .attribute("hidden_size", "is \(stated) but input 2 has shape \(recurrent.shape)")
    }
    let rows = form.gates * hidden
    _ = try inputs.floats(1, shape: [directions, rows, inputSize])
    _ = try inputs.floats(2, shape: [directions, rows, hidden])
    _ = try inputs.floats(3, shape: [directions, 2 * rows])
    if form.hasCell { _ = try inputs.floats(7, shape: [directions, 3 * hidden]) }
    lengths = try Self.lengths(inputs, steps: steps, batch: batch)
    let stateShape: Shape = isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
    let hiddenStates = try inputs.floats(5, shape: stateShape)
    let cellStates = form.hasCell ? try inputs.floats(6, shape: stateShape) : nil
    initial = (0..<directions).map { [isBatchFirst] direction in
      RecurrentState(
        hidden: stateShape.state(of: direction, in: hiddenStates, isBatchFirst: isBatchFirst),
        cell: form.hasCell ? stateShape.state(of: direction, in: cellStates, isBatchFirst: isBatchFirst) : [])
    }
  }

  private static func lengths(_ inputs: OperatorInputs, steps: Int, batch: Int) throws(OperatorError) -> [Int]? {
    guard inputs.optional(4) != nil else { return nil }
    let lengths = try inputs.tensor(4, of: .int32).array(of: Int32.self).map { Int($0) }
    guard lengths.count == batch else { throw .input(4, "has \(lengths.count) lengths for a batch of \(batch)") }
    for length in lengths where !(0...steps).contains(length) {
      throw .input(4, "holds the length \(length), outside the \(steps) steps of input 0")
    }
    return lengths.allSatisfy { $0 == steps } ? nil : lengths
  }

  /// The multiply-adds of a layer with so many gates.
  func work(gates: Int) -> Int {
    directions * steps * batch * gates * hidden * (inputSize + hidden)
  }

  /// A state of each direction as an output.
  func output(states: [[Float]]) -> Tensor {
    let tensor = Tensor([directions, batch, hidden], of: Float.self) { output in
      for (direction, state) in states.enumerated() { output.copy(state.span, at: direction * state.count) }
    }
    return isBatchFirst ? tensor.exchangingFirstAxes() : tensor
  }

  /// Hidden states of all steps, [steps, batch, hidden] for each direction, as an output.
  func output(steps results: [Tensor]) -> Tensor {
    let states = results.count == 1 ? results[0] : interleaved(results)
    guard isBatchFirst else { return states.reshaped([steps, directions, batch, hidden]) }
    // [steps, directions, batch, hidden] is wanted as [batch, steps, directions, hidden].
    let flat = states.reshaped([steps * directions, batch, hidden])
    return flat.exchangingFirstAxes().reshaped([batch, steps, directions, hidden])
  }

  private func interleaved(_ results: [Tensor]) -> Tensor {
    let size = batch * hidden
    return Tensor([steps, directions, batch, hidden], of: Float.self) { output in
      for (direction, result) in results.enumerated() {
        let states = result.span(of: Float.self)
        for step in 0..<steps {
          let state = states.extracting((step * size)..<((step + 1) * size))
          output.copy(state, at: (step * directions + direction) * size)
        }
      }
    }
  }
}

extension OperatorInputs {
  /// An optional float32 input, which must have the given shape.
  func floats(_ index: Int, shape: Shape) throws(OperatorError) -> Tensor? {
    guard let tensor = optional(index) else { return nil }
    guard tensor.type == .float32 else { throw .input(index, "has type \(tensor.type), expected float32") }
    guard tensor.shape == shape else { throw .input(index, "has shape \(tensor.shape), expected \(shape)") }
    return tensor
  }
}

extension Shape {
  /// The state of one direction, [batch, hidden], in a tensor of this shape, [directions, batch, hidden] or
  /// [batch, directions, hidden]; zeros where there is no tensor.
  fileprivate func state(of direction: Int, in tensor: Tensor?, isBatchFirst: Bool) -> [Float] {
    let (batch, directions, hidden) = (self[isBatchFirst ? 0 : 1], self[isBatchFirst ? 1 : 0], self[2])
    var state = [Float](repeating: 0, count: batch * hidden)
    guard let tensor else { return state }
    let values = tensor.span(of: Float.self)
    var target = state.mutableSpan
    for item in 0..<batch {
      let source = (isBatchFirst ? item * directions + direction : direction * batch + item) * hidden
      target.copy(values.extracting(source..<(source + hidden)), at: item * hidden)
    }
    return state
  }
}

extension Tensor {
  /// A float32 tensor of rank 3 with the first two axes exchanged.
  fileprivate func exchangingFirstAxes() -> Tensor {
    let (outer, inner, row) = (shape[0], shape[1], shape[2])
    let source = span(of: Float.self)
    return Tensor([inner, outer, row], of: Float.self) { target in
      for first in 0..<outer {
        for second in 0..<inner {
          let from = (first * inner + second) * row
          target.copy(source.extracting(from..<(from + row)), at: (second * outer + first) * row)
        }
      }
    }
  }
}
