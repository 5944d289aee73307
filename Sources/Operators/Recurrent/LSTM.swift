import Kernels
import Tensors

/// LSTM (ONNX 7, 14, 22): long short-term memory, in one or two directions.
struct LSTM: Operator {
  static let schema = OperatorSchema("LSTM", versions: 7...newestOpset, inputs: 3...8, bfloat16Since: 22)

  fileprivate static let defaultActivations: [RecurrentActivation] = [.sigmoid, .tanh, .tanh]

  private let attributes: RecurrentAttributes
  private let couplesForgetGate: Bool
  private var weights: [RecurrentWeights]?

  init(_ node: NodeReader) throws(OperatorError) {
    attributes = try RecurrentAttributes(node, defaultActivations: Self.defaultActivations)
    couplesForgetGate = try node.flag("input_forget", default: false)
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.weights = RecurrentWeights.pack(
      constants: constants, directions: attributes.reversed.count, gateGroups: [4])
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let sequence = try RecurrentSequence(inputs, attributes, gates: 4)
    let initialCell = try sequence.state(inputs, 6)
    let peepholes = try inputs.floats(7, shape: [sequence.directions, 3 * sequence.hidden])
    let weights = weights ?? RecurrentWeights.pack(inputs[1], inputs[2], gateGroups: [4])
    var builder = TensorBuilder<Float>([sequence.steps, sequence.directions, sequence.batch, sequence.hidden])
    var outputs = builder.span
    var last: [RecurrentState] = []
    for (direction, packed) in weights.enumerated() {
      var cell = LSTMCell(
        hidden: sequence.hidden, recurrent: packed.recurrent[0], activations: attributes.activations[direction],
        clip: attributes.clip, couplesForgetGate: couplesForgetGate, bias: sequence.biases[direction],
        peepholes: peepholes.map { Array($0[(direction * 3 * sequence.hidden)...].prefix(3 * sequence.hidden)) })
      let initial = RecurrentState(hidden: sequence.initialHidden[direction], cell: initialCell[direction])
      last.append(
        sequence.run(
          &cell, from: initial, reversed: attributes.reversed[direction], direction: direction,
          weights: packed.input, into: &outputs, compute: inputs.compute))
    }
    let states = builder.finish()
    return [
      sequence.output(steps: states), sequence.output(state: last.map(\.hidden)),
      sequence.output(state: last.map(\.cell)),
    ]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? { inputs.recurrentWork() }
}

/// One direction of an LSTM. Gates are in the order input, output, forget, cell.
private struct LSTMCell: RecurrentCell {
  private let hidden: Int
  private let recurrent: PackedFloatMatrix
  private let activations: [RecurrentActivation]
  private let clip: ClosedRange<Float>?
  private let couplesForgetGate: Bool
  /// For the input, output and forget gates.
  private let peepholes: [Float]?
  private var gates: [Float] = []
  let projectedBias: [Float]?

  init(
    hidden: Int, recurrent: PackedFloatMatrix, activations: [RecurrentActivation], clip: ClosedRange<Float>?,
    couplesForgetGate: Bool, bias: [Float]?, peepholes: [Float]?
  ) {
    self.hidden = hidden
    self.recurrent = recurrent
    self.activations = activations
    self.clip = clip
    self.couplesForgetGate = couplesForgetGate
    self.peepholes = peepholes
    projectedBias = bias.map { bias in (0..<(4 * hidden)).map { bias[$0] + bias[4 * hidden + $0] } }
  }

  mutating func advance(_ state: inout RecurrentState, projected: Span<Float>, compute: Compute) {
    if gates.count != projected.count { gates = [Float](repeating: 0, count: projected.count) }
    let recurrent = recurrent
    var products = gates.mutableSpan
    recurrent.multiply(state.hidden.span, into: &products, compute: compute)
    for index in projected.indices { products[index] += projected[index] }
    if activations == LSTM.defaultActivations, !state.hidden.isEmpty {
      return advanceByDefault(cell: &state.cell, hidden: &state.hidden, compute: compute)
    }
    for item in 0..<(state.hidden.count / max(hidden, 1)) {
      for unit in 0..<hidden { advance(&state, item: item, unit: unit) }
    }
  }

  /// The step with the functions that the kernels know.
  private func advanceByDefault(cell: inout [Float], hidden next: inout [Float], compute: Compute) {
    let peepholes = peepholes ?? []
    let batch = next.count / hidden
    var cell = cell.mutableSpan
    var next = next.mutableSpan
    compute.stepLSTM(
      gates: gates.span, peepholes: peepholes.span, cell: &cell, hidden: &next, batch: batch,
      clip: clip?.upperBound ?? .infinity, couplesGates: couplesForgetGate)
  }

  private func advance(_ state: inout RecurrentState, item: Int, unit: Int) {
    let place = item * hidden + unit
    let cell = state.cell[place]
    func gate(_ index: Int, peephole: Int? = nil, of cell: Float = 0) -> Float {
      let source = (item * 4 + index) * hidden + unit
      guard let peephole, let peepholes else { return clipped(gates[source]) }
      return clipped(gates[source] + peepholes[peephole * hidden + unit] * cell)
    }
    let input = activations[0](gate(0, peephole: 0, of: cell))
    let forget = couplesForgetGate ? 1 - input : activations[0](gate(2, peephole: 2, of: cell))
    let candidate = activations[1](gate(3))
    let next = forget * cell + input * candidate
    let output = activations[0](gate(1, peephole: 1, of: next))
    state.cell[place] = next
    state.hidden[place] = output * activations[2](next)
  }

  private func clipped(_ value: Float) -> Float { clip.map { value.limited(to: $0) } ?? value }
}
