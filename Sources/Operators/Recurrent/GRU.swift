import Kernels
import Tensors

/// GRU (ONNX 7, 14, 22): gated recurrent units, in one or two directions.
struct GRU: Operator {
  static let schema = OperatorSchema("GRU", versions: 7...newestOpset, inputs: 3...6, bfloat16Since: 22)

  fileprivate static let defaultActivations: [RecurrentActivation] = [.sigmoid, .tanh]

  private var layer: RecurrentLayer
  private let resetsAfterProduct: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    resetsAfterProduct = try node.flag("linear_before_reset", default: false)
    // Where the state is reset before the product of the hidden gate, that product waits for the reset gate.
    let form = RecurrentForm(gateGroups: resetsAfterProduct ? [3] : [2, 1], mergedGates: 2, hasCell: false)
    layer = try RecurrentLayer(node, form, defaultActivations: Self.defaultActivations)
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.layer = layer.prepared(with: constants)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    try layer.run(inputs) { [attributes = layer.attributes] sequence, direction, weights in
      GRUCell(
        batch: sequence.batch, hidden: sequence.hidden, products: weights.state,
        activations: attributes.activations[direction], clip: attributes.clip)
    }
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? { inputs.recurrentWork() }
}

/// One direction of a GRU. Gates are in the order update, reset, hidden.
private struct GRUCell: RecurrentCell {
  private let batch: Int
  private let hidden: Int
  /// State to all gates; or state to the update and reset gates, and reset state to the hidden gate.
  private let products: [RecurrentWeights.Product]
  private let activations: [RecurrentActivation]
  private let clip: ClosedRange<Float>?
  /// What the products of the state contribute to the gates.
  private var gates: [Float]
  private var candidates: [Float]
  private var update: [Float]
  private var resetState: [Float]

  init(
    batch: Int, hidden: Int, products: [RecurrentWeights.Product], activations: [RecurrentActivation],
    clip: ClosedRange<Float>?
  ) {
    self.batch = batch
    self.hidden = hidden
    self.products = products
    self.activations = activations
    self.clip = clip
    let resetsAfterProduct = products.count == 1
    gates = [Float](repeating: 0, count: batch * (resetsAfterProduct ? 3 : 2) * hidden)
    candidates = [Float](repeating: 0, count: resetsAfterProduct ? 0 : batch * hidden)
    update = candidates
    resetState = candidates
  }

  mutating func advance(_ state: inout RecurrentState, projected: Span<Float>, compute: Compute) {
    let products = products
    var sums = gates.mutableSpan
    products[0].multiply(state.hidden.span, into: &sums, compute: compute)
    if products.count == 1 {
      resetAfterProduct(&state, projected, compute)
    } else {
      resetBeforeProduct(&state, projected, compute)
    }
  }

  private func resetAfterProduct(_ state: inout RecurrentState, _ projected: Span<Float>, _ compute: Compute) {
    if activations == GRU.defaultActivations {
      var next = state.hidden.mutableSpan
      compute.stepGRU(inputGates: projected, recurrentGates: gates.span, hidden: &next, batch: batch, clip: bound)
      return
    }
    for place in state.hidden.indices {
      let reset = gate(1, at: place, projected)
      let product = gates[(place / hidden * 3 + 2) * hidden + place % hidden]
      let candidate = candidate(at: place, projected, adding: reset * product)
      state.hidden[place] = blend(gate(0, at: place, projected), candidate, state.hidden[place])
    }
  }

  private mutating func resetBeforeProduct(
    _ state: inout RecurrentState, _ projected: Span<Float>, _ compute: Compute
  ) {
    let isDefault = activations == GRU.defaultActivations
    if isDefault {
      compute.resetGRU(
        projected, gates, state.hidden, update: &update, reset: &resetState, batch: batch, clip: bound)
    } else {
      for place in state.hidden.indices {
        update[place] = gate(0, at: place, projected)
        resetState[place] = gate(1, at: place, projected) * state.hidden[place]
      }
    }
    let (product, reset) = (products[1], resetState)
    var sums = candidates.mutableSpan
    product.multiply(reset.span, into: &sums, compute: compute)
    if isDefault {
      var next = state.hidden.mutableSpan
      compute.updateGRU(
        inputGates: projected, candidate: candidates.span, update: update.span, hidden: &next, batch: batch,
        clip: bound)
    } else {
      for place in state.hidden.indices {
        let candidate = candidate(at: place, projected, adding: candidates[place])
        state.hidden[place] = blend(update[place], candidate, state.hidden[place])
      }
    }
  }

  private var bound: Float { clip?.upperBound ?? .infinity }

  /// The update gate, 0, or the reset gate, 1, of a unit of an item.
  private func gate(_ index: Int, at place: Int, _ projected: Span<Float>) -> Float {
    let (item, unit) = (place / hidden, place % hidden)
    let own = gates[(item * (products.count == 1 ? 3 : 2) + index) * hidden + unit]
    return activations[0](clipped(own + projected[(item * 3 + index) * hidden + unit]))
  }

  private func candidate(at place: Int, _ projected: Span<Float>, adding product: Float) -> Float {
    activations[1](clipped(projected[(place / hidden * 3 + 2) * hidden + place % hidden] + product))
  }

  private func blend(_ update: Float, _ candidate: Float, _ previous: Float) -> Float {
    (1 - update) * candidate + update * previous
  }

  private func clipped(_ value: Float) -> Float { clip.map { value.limited(to: $0) } ?? value }
}

extension Compute {
  /// `resetGRU` for arrays of one cell, which cannot lend two of its spans at once.
  fileprivate func resetGRU(
    _ projected: Span<Float>, _ gates: [Float], _ hidden: [Float], update: inout [Float], reset: inout [Float],
    batch: Int, clip: Float
  ) {
    var updates = update.mutableSpan
    var resets = reset.mutableSpan
    resetGRU(
      inputGates: projected, recurrentGates: gates.span, previous: hidden.span, update: &updates, reset: &resets,
      batch: batch, clip: clip)
  }
}
