import Kernels
import Tensors

/// What one step of a recurrent layer computes for a whole batch.
protocol RecurrentCell {
  /// Replaces the state by the next one. `projected` holds, for each item of the batch, what the step's input and
  /// the biases contribute to the gates.
  mutating func advance(_ state: inout RecurrentState, projected: Span<Float>, compute: Compute)

  /// The bias to be added to the projected inputs.
  var projectedBias: [Float]? { get }
}

/// The state of a batch between two steps, each [batch, hidden].
struct RecurrentState {
  var hidden: [Float]
  /// The cell state of an LSTM; empty for other layers.
  var cell: [Float] = []

  /// Takes back what a step did to one item.
  mutating func restore(_ item: Int, from other: RecurrentState, size: Int) {
    let range = (item * size)..<((item + 1) * size)
    hidden.replaceSubrange(range, with: other.hidden[range])
    if !cell.isEmpty { cell.replaceSubrange(range, with: other.cell[range]) }
  }
}

extension RecurrentSequence {
  /// Runs one direction over all steps, writing hidden states to the outputs of `direction` in `outputs`, laid out as
  /// [steps, directions, batch, hidden]; returns the last state of each item.
  func run(
    _ cell: inout some RecurrentCell, from initial: RecurrentState, reversed: Bool, direction: Int,
    weights: PackedFloatMatrix, into outputs: inout MutableSpan<Float>, compute: Compute
  ) -> RecurrentState {
    let width = weights.columns
    let elements = data.span(of: Float.self)
    let bias = cell.projectedBias.map { Tensor([width], $0) }
    let projections = Tensor([steps * batch, width], of: Float.self) { projected in
      weights.multiply(elements, into: &projected, bias: bias, compute: compute)
    }
    let projected = projections.span(of: Float.self)
    var state = initial
    var gathered = [Float](repeating: 0, count: batch * width)
    let endTogether = lengths.allSatisfy { $0 == steps }
    for step in 0..<steps {
      let previous = endTogether ? nil : state
      for item in 0..<batch where step < lengths[item] {
        let source = (time(step, of: item, reversed: reversed) * batch + item) * width
        for index in 0..<width { gathered[item * width + index] = projected[source + index] }
      }
      cell.advance(&state, projected: gathered.span, compute: compute)
      for item in 0..<batch {
        let isOver = step >= lengths[item]
        if isOver, let previous { state.restore(item, from: previous, size: hidden) }
        let place = isOver ? step : time(step, of: item, reversed: reversed)
        let target = ((place * directions + direction) * batch + item) * hidden
        for index in 0..<hidden { outputs[target + index] = isOver ? 0 : state.hidden[item * hidden + index] }
      }
    }
    return state
  }

  /// The step of the data that an item of the batch sees at a step of the run.
  private func time(_ step: Int, of item: Int, reversed: Bool) -> Int {
    reversed ? lengths[item] - 1 - step : step
  }
}
