import Kernels
import Tensors

/// What LSTM, GRU and RNN have in common: parameters that are packed once where they are constant, and directions that
/// run side by side.
struct RecurrentLayer: Sendable {
  let attributes: RecurrentAttributes
  private let form: RecurrentForm
  /// The inputs with parameters that the node has.
  private let present: [Int]
  private var weights: [RecurrentWeights]?

  init(
    _ node: NodeReader, _ form: RecurrentForm, defaultActivations: [RecurrentActivation]
  ) throws(OperatorError) {
    attributes = try RecurrentAttributes(node, defaultActivations: defaultActivations)
    self.form = form
    present = form.parameterInputs.filter { node.hasInput($0) }
  }

  /// This layer with its parameters packed, where all of them are constant.
  func prepared(with constants: [Tensor?]) -> RecurrentLayer {
    var prepared = self
    prepared.weights = RecurrentParameters(
      constants: constants, present: present, form, directions: attributes.reversed.count)?.packed(as: form)
    return prepared
  }

  /// Runs every direction with a cell of its own; `makeCell` is given the sequence, a direction and its weights.
  ///
  /// Returns the hidden states of all steps, the last hidden state and, where there is one, the last cell state.
  func run(
    _ inputs: OperatorInputs,
    makeCell: @Sendable (RecurrentSequence, Int, RecurrentWeights) -> some RecurrentCell
  ) throws(OperatorError) -> [Tensor] {
    let sequence = try RecurrentSequence(inputs, attributes, form)
    guard let weights = weights ?? RecurrentParameters(inputs, form).packed(as: form) else {
      throw .input(1, "has type \(inputs[1].type), expected float32")
    }
    let compute = inputs.compute
    let results = compute.mapParts(of: sequence.directions, work: sequence.work(gates: form.gates)) { direction in
      var cell = makeCell(sequence, direction, weights[direction])
      return sequence.run(
        &cell, from: sequence.initial[direction], reversed: attributes.reversed[direction], by: weights[direction],
        compute: compute)
    }
    var outputs = [sequence.output(steps: results.map(\.steps)), sequence.output(states: results.map(\.last.hidden))]
    if form.hasCell { outputs.append(sequence.output(states: results.map(\.last.cell))) }
    return outputs
  }
}
