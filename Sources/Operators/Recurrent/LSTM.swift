import Kernels
import Tensors

/// LSTM (ONNX 7, 14, 22): long short-term memory, in one or two directions.
struct LSTM: Operator {
  static let schema = OperatorSchema("LSTM", versions: 7...newestOpset, inputs: 3...8, bfloat16Since: 22)

  fileprivate static let defaultActivations: [RecurrentActivation] = [.sigmoid, .tanh, .tanh]

  private var layer: RecurrentLayer
  private let couplesForgetGate: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    let form = RecurrentForm(gateGroups: [4], mergedGates: 4, hasCell: true)
    layer = try RecurrentLayer(node, form, defaultActivations: Self.defaultActivations)
    couplesForgetGate = try node.flag("input_forget", default: false)
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.layer = layer.prepared(with: constants)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    try layer.run(inputs) { [attributes = layer.attributes, couplesForgetGate] sequence, direction, weights in
      LSTMCell(
        batch: sequence.batch, hidden: sequence.hidden, weights: weights,
        activations: attributes.activations[direction], clip: attributes.clip, couplesForgetGate: couplesForgetGate)
    }
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? { inputs.recurrentWork() }
}

/// One direction of an LSTM. Gates are in the order input, output, forget, cell.
private struct LSTMCell: RecurrentCell {
  private let batch: Int
  private let hidden: Int
  private let product: RecurrentWeights.Product
  private let activations: [RecurrentActivation]
  private let clip: ClosedRange<Float>?
  private let couplesForgetGate: Bool
  /// For the input, output and forget gates; or none.
  private let peepholes: [Float]
  private var gates: [Float]

  init(
    batch: Int, hidden: Int, weights: RecurrentWeights, activations: [RecurrentActivation],
    clip: ClosedRange<Float>?, couplesForgetGate: Bool
  ) {
    self.batch = batch
    self.hidden = hidden
    product = weights.state[0]
    self.activations = activations
    self.clip = clip
    self.couplesForgetGate = couplesForgetGate
    peepholes = weights.peepholes
    gates = [Float](repeating: 0, count: batch * 4 * hidden)
  }

  mutating func advance(_ state: inout RecurrentState, projected: Span<Float>, compute: Compute) {
    let product = product
    var sums = gates.mutableSpan
    product.multiply(state.hidden.span, adding: projected, into: &sums, compute: compute)
    if activations == LSTM.defaultActivations {
      return advanceByDefault(cell: &state.cell, hidden: &state.hidden, compute: compute)
    }
    for item in 0..<batch {
      for unit in 0..<hidden { advance(&state, item: item, unit: unit) }
    }
  }

  /// The step with the functions that the kernels know.
  private func advanceByDefault(cell: inout [Float], hidden: inout [Float], compute: Compute) {
    var cell = cell.mutableSpan
    var hidden = hidden.mutableSpan
    compute.stepLSTM(
      gates: gates.span, peepholes: peepholes.span, cell: &cell, hidden: &hidden, batch: batch,
      clip: clip?.upperBound ?? .infinity, couplesGates: couplesForgetGate)
  }

  private func advance(_ state: inout RecurrentState, item: Int, unit: Int) {
    let place = item * hidden + unit
    let cell = state.cell[place]
    func gate(_ index: Int, peephole: Int? = nil, of cell: Float = 0) -> Float {
      let source = (item * 4 + index) * hidden + unit
      guard let peephole, !peepholes.isEmpty else { return clipped(gates[source]) }
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
