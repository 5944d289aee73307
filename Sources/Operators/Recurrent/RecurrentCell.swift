import Kernels
import Tensors

/// What one step of a recurrent layer computes for a whole batch.
protocol RecurrentCell: SendableMetatype {
  /// Replaces the state, which is not empty, by the next one. `projected` holds, for each item of the batch, what the
  /// step's input and the biases contribute to the gates.
  mutating func advance(_ state: inout RecurrentState, projected: Span<Float>, compute: Compute)
}

/// The state of a batch between two steps, each [batch, hidden].
struct RecurrentState: Sendable {
  var hidden: [Float]
  /// The cell state of an LSTM; empty for other layers.
  var cell: [Float]

  /// Takes back what a step did to one item.
  mutating func restore(_ item: Int, from other: RecurrentState, size: Int) {
    let range = (item * size)..<((item + 1) * size)
    hidden.replaceSubrange(range, with: other.hidden[range])
    if !cell.isEmpty { cell.replaceSubrange(range, with: other.cell[range]) }
  }
}

/// What a direction of a layer gives: the hidden states of all steps, [steps, batch, hidden], and the last state.
struct RecurrentResult: Sendable {
  let steps: Tensor
  let last: RecurrentState
}

extension RecurrentSequence {
  /// Runs one direction over all steps.
  func run(
    _ cell: inout some RecurrentCell, from initial: RecurrentState, reversed: Bool, by weights: RecurrentWeights,
    compute: Compute
  ) -> RecurrentResult {
    var state = initial
    let outputs = Tensor([steps, batch, hidden], of: Float.self) { outputs in
      guard outputs.count > 0 else { return }
      let elements = data.span(of: Float.self)
      let width = weights.input.matrix.columns
      let projections = Tensor([steps * batch, width], of: Float.self) { projected in
        weights.input.multiply(elements, into: &projected, compute: compute)
      }
      let projected = projections.span(of: Float.self)
      if let lengths {
        runEach(&cell, &state, projected, lengths, reversed: reversed, into: &outputs, compute: compute)
      } else {
        runTogether(&cell, &state, projected, reversed: reversed, into: &outputs, compute: compute)
      }
    }
    return RecurrentResult(steps: outputs, last: state)
  }

  /// Items that have all steps, so that each step is the same for all.
  private func runTogether(
    _ cell: inout some RecurrentCell, _ state: inout RecurrentState, _ projected: Span<Float>, reversed: Bool,
    into outputs: inout MutableSpan<Float>, compute: Compute
  ) {
    let width = projected.count / steps
    for step in 0..<steps {
      let place = reversed ? steps - 1 - step : step
      let part = projected.extracting((place * width)..<((place + 1) * width))
      cell.advance(&state, projected: part, compute: compute)
      outputs.copy(state.hidden.span, at: place * batch * hidden)
    }
  }

  /// Items of different lengths: one that is over keeps its state, and has zeros as output.
  private func runEach(
    _ cell: inout some RecurrentCell, _ state: inout RecurrentState, _ projected: Span<Float>, _ lengths: [Int],
    reversed: Bool, into outputs: inout MutableSpan<Float>, compute: Compute
  ) {
    let width = projected.count / (steps * batch)
    var gathered = [Float](repeating: 0, count: batch * width)
    for step in 0..<steps {
      let previous = state
      for item in 0..<batch where step < lengths[item] {
        let place = reversed ? lengths[item] - 1 - step : step
        let source = (place * batch + item) * width
        var target = gathered.mutableSpan
        target.copy(projected.extracting(source..<(source + width)), at: item * width)
      }
      cell.advance(&state, projected: gathered.span, compute: compute)
      for item in 0..<batch {
        let isOver = step >= lengths[item]
        if isOver { state.restore(item, from: previous, size: hidden) }
        let place = isOver || !reversed ? step : lengths[item] - 1 - step
        let target = (place * batch + item) * hidden
        for unit in 0..<hidden { outputs[target + unit] = isOver ? 0 : state.hidden[item * hidden + unit] }
      }
    }
  }
}
