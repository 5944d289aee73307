import Kernels
import Tensors

/// RNN (ONNX 7, 14, 22): a plain recurrent layer, in one or two directions.
struct RNN: Operator {
  static let schema = OperatorSchema("RNN", versions: 7...newestOpset, inputs: 3...6, bfloat16Since: 22)

  private var layer: RecurrentLayer

  init(_ node: NodeReader) throws(OperatorError) {
    let form = RecurrentForm(gateGroups: [1], mergedGates: 1, hasCell: false)
    layer = try RecurrentLayer(node, form, defaultActivations: [.tanh])
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.layer = layer.prepared(with: constants)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    try layer.run(inputs) { [attributes = layer.attributes] sequence, direction, weights in
      RNNCell(
        product: weights.state[0], activation: attributes.activations[direction][0], clip: attributes.clip,
        sums: [Float](repeating: 0, count: sequence.batch * sequence.hidden))
    }
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? { inputs.recurrentWork() }
}

/// One direction of an RNN.
private struct RNNCell: RecurrentCell {
  let product: RecurrentWeights.Product
  let activation: RecurrentActivation
  let clip: ClosedRange<Float>?
  var sums: [Float]

  mutating func advance(_ state: inout RecurrentState, projected: Span<Float>, compute: Compute) {
    let (product, clip) = (product, clip)
    var results = sums.mutableSpan
    product.multiply(
      state.hidden.span, adding: projected, into: &results, activation: clip.map { .clamp($0) } ?? .none,
      compute: compute)
    swap(&sums, &state.hidden)
    var next = state.hidden.mutableSpan
    switch activation {
    case .tanh: compute.apply(.tanh, inPlace: &next)
    case .sigmoid: compute.apply(.sigmoid, inPlace: &next)
    case .relu: compute.apply(.relu, inPlace: &next)
    default: for index in next.indices { next[index] = activation(next[index]) }
    }
  }
}
