import Kernels
import Tensors

/// GRU (ONNX 7, 14, 22): gated recurrent units, in one or two directions.
struct GRU: Operator {
  static let schema = OperatorSchema("GRU", versions: 7...newestOpset, inputs: 3...6, bfloat16Since: 22)

  private let attributes: RecurrentAttributes
  private let resetsAfterProduct: Bool
  private var weights: [RecurrentWeights]?

  init(_ node: NodeReader) throws(OperatorError) {
    attributes = try RecurrentAttributes(node, defaultActivations: [.sigmoid, .tanh])
    resetsAfterProduct = try node.flag("linear_before_reset", default: false)
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.weights = RecurrentWeights.pack(
      constants: constants, directions: attributes.reversed.count, gateGroups: [2, 1])
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let sequence = try RecurrentSequence(inputs, attributes, gates: 3)
    let weights = weights ?? RecurrentWeights.pack(inputs[1], inputs[2], gateGroups: [2, 1])
    var builder = TensorBuilder<Float>([sequence.steps, sequence.directions, sequence.batch, sequence.hidden])
    var outputs = builder.span
    var last: [[Float]] = []
    for (direction, packed) in weights.enumerated() {
      var cell = GRUCell(
        hidden: sequence.hidden, recurrent: packed.recurrent, activations: attributes.activations[direction],
        clip: attributes.clip, resetsAfterProduct: resetsAfterProduct, bias: sequence.biases[direction])
      last.append(
        sequence.run(
          &cell, from: RecurrentState(hidden: sequence.initialHidden[direction]),
          reversed: attributes.reversed[direction], direction: direction, weights: packed.input, into: &outputs,
          compute: inputs.compute
        ).hidden)
    }
    let states = builder.finish()
    return [sequence.output(steps: states), sequence.output(state: last)]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? { inputs.recurrentWork() }
}

/// One direction of a GRU. Gates are in the order update, reset, hidden.
private struct GRUCell: RecurrentCell {
  private let hidden: Int
  /// State to the update and reset gates, and state to the hidden gate.
  private let recurrent: [PackedFloatMatrix]
  private let activations: [RecurrentActivation]
  private let clip: ClosedRange<Float>?
  private let resetsAfterProduct: Bool
  /// The state's own bias of the hidden gate.
  private let hiddenBias: [Float]
  private var gates: [Float] = []
  private var candidates: [Float] = []
  private var resetState: [Float] = []
  let projectedBias: [Float]?

  init(
    hidden: Int, recurrent: [PackedFloatMatrix], activations: [RecurrentActivation], clip: ClosedRange<Float>?,
    resetsAfterProduct: Bool, bias: [Float]?
  ) {
    self.hidden = hidden
    self.recurrent = recurrent
    self.activations = activations
    self.clip = clip
    self.resetsAfterProduct = resetsAfterProduct
    projectedBias = bias.map { bias in
      (0..<(3 * hidden)).map { bias[$0] + ($0 < 2 * hidden ? bias[3 * hidden + $0] : 0) }
    }
    hiddenBias = bias.map { Array($0[(5 * hidden)...]) } ?? [Float](repeating: 0, count: hidden)
  }

  mutating func advance(_ state: inout RecurrentState, projected: Span<Float>, compute: Compute) {
    let count = state.hidden.count
    if resetState.count != count {
      gates = [Float](repeating: 0, count: 2 * count)
      candidates = [Float](repeating: 0, count: count)
      resetState = candidates
    }
    let recurrent = recurrent
    var products = gates.mutableSpan
    recurrent[0].multiply(state.hidden.span, into: &products, compute: compute)
    for place in 0..<count {
      let (item, unit) = (place / hidden, place % hidden)
      for gate in 0..<2 {
        let own = (item * 2 + gate) * hidden + unit
        gates[own] = activations[0](clipped(gates[own] + projected[(item * 3 + gate) * hidden + unit]))
      }
      resetState[place] = resetsAfterProduct ? state.hidden[place] : resetGate(item, unit) * state.hidden[place]
    }
    let reset = resetState
    var hiddenProducts = candidates.mutableSpan
    recurrent[1].multiply(reset.span, into: &hiddenProducts, compute: compute)
    for place in 0..<count {
      let (item, unit) = (place / hidden, place % hidden)
      let product = candidates[place] + hiddenBias[unit]
      let scaled = resetsAfterProduct ? resetGate(item, unit) * product : product
      let candidate = activations[1](clipped(projected[(item * 3 + 2) * hidden + unit] + scaled))
      let update = gates[item * 2 * hidden + unit]
      state.hidden[place] = (1 - update) * candidate + update * state.hidden[place]
    }
  }

  private func resetGate(_ item: Int, _ unit: Int) -> Float { gates[(item * 2 + 1) * hidden + unit] }

  private func clipped(_ value: Float) -> Float { clip.map { value.limited(to: $0) } ?? value }
}
