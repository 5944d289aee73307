import Kernels
import Tensors

/// The inputs of a recurrent layer, checked and with the steps first.
struct RecurrentSequence {
  let steps: Int
  let batch: Int
  let inputSize: Int
  let hidden: Int
  let directions: Int
  /// [steps, batch, input size]
  let data: Tensor
  /// How many steps each item of the batch has.
  let lengths: [Int]
  /// For each direction the bias of the gates, first for the input, then for the state.
  let biases: [[Float]?]
  /// For each direction the hidden state to begin with, [batch, hidden].
  let initialHidden: [[Float]]

  private let isBatchFirst: Bool

  /// Checks inputs 0 to 5 of a layer with `gates` gates.
  init(
    _ inputs: OperatorInputs, _ attributes: RecurrentAttributes, gates: Int
  ) throws(OperatorError) {
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
    let rows = gates * hidden
    _ = try inputs.floats(1, shape: [directions, rows, inputSize])
    _ = try inputs.floats(2, shape: [directions, rows, hidden])
    let bias = try inputs.floats(3, shape: [directions, 2 * rows])
    biases = (0..<directions).map { bias?.chunk($0, of: 2 * rows) }
    lengths = try Self.lengths(inputs, steps: steps, batch: batch)
    initialHidden = try Self.state(
      inputs, 5, batch: batch, hidden: hidden, directions: directions, isBatchFirst: isBatchFirst)
  }

  /// Reads an initial state at `index`, zeros where it is left out.
  func state(_ inputs: OperatorInputs, _ index: Int) throws(OperatorError) -> [[Float]] {
    try Self.state(inputs, index, batch: batch, hidden: hidden, directions: directions, isBatchFirst: isBatchFirst)
  }

  private static func state(
    _ inputs: OperatorInputs, _ index: Int, batch: Int, hidden: Int, directions: Int, isBatchFirst: Bool
  ) throws(OperatorError) -> [[Float]] {
    let shape: Shape = isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
    let size = batch * hidden
    guard let values = try inputs.floats(index, shape: shape) else {
      return [[Float]](repeating: [Float](repeating: 0, count: size), count: directions)
    }
    guard isBatchFirst else { return (0..<directions).map { values.chunk($0, of: size) } }
    return (0..<directions).map { direction in
      (0..<batch).flatMap { values.chunk($0 * directions + direction, of: hidden) }
    }
  }

  private static func lengths(_ inputs: OperatorInputs, steps: Int, batch: Int) throws(OperatorError) -> [Int] {
    guard inputs.optional(4) != nil else { return [Int](repeating: steps, count: batch) }
    let lengths = try inputs.tensor(4, of: .int32).array(of: Int32.self).map { Int($0) }
    guard lengths.count == batch else { throw .input(4, "has \(lengths.count) lengths for a batch of \(batch)") }
    for length in lengths where !(0...steps).contains(length) {
      throw .input(4, "holds the length \(length), outside the \(steps) steps of input 0")
    }
    return lengths
  }

  /// A state of each direction as an output.
  func output(state: [[Float]]) -> Tensor {
    let tensor = Tensor([directions, batch, hidden], state.flatMap(\.self))
    return isBatchFirst ? tensor.exchangingFirstAxes() : tensor
  }

  /// Hidden states of all steps, [steps, directions, batch, hidden], as an output.
  func output(steps states: Tensor) -> Tensor {
    guard isBatchFirst else { return states }
    // [steps, directions, batch, hidden] is wanted as [batch, steps, directions, hidden].
    let flat = states.reshaped([steps * directions, batch, hidden])
    return flat.exchangingFirstAxes().reshaped([batch, steps, directions, hidden])
  }
}

extension OperatorInputs {
  /// The elements of an optional float32 input, which must have the given shape.
  func floats(_ index: Int, shape: Shape) throws(OperatorError) -> [Float]? {
    guard let tensor = optional(index) else { return nil }
    guard tensor.type == .float32 else { throw .input(index, "has type \(tensor.type), expected float32") }
    guard tensor.shape == shape else { throw .input(index, "has shape \(tensor.shape), expected \(shape)") }
    return tensor.array()
  }
}

extension [Float] {
  /// The elements of one of the chunks of `size` that lie one after the other.
  fileprivate func chunk(_ index: Int, of size: Int) -> [Float] { Array(self[(index * size)..<((index + 1) * size)]) }
}

extension Tensor {
  /// A float32 tensor of rank 3 with the first two axes exchanged.
  fileprivate func exchangingFirstAxes() -> Tensor {
    let (outer, inner, row) = (shape[0], shape[1], shape[2])
    let source = span(of: Float.self)
    return Tensor([inner, outer, row], of: Float.self) { target in
      for first in 0..<outer {
        for second in 0..<inner {
          let (from, to) = ((first * inner + second) * row, (second * outer + first) * row)
          for index in 0..<row { target[to + index] = source[from + index] }
        }
      }
    }
  }
}
