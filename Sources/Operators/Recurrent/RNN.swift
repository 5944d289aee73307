import Kernels
import Tensors

/// RNN (ONNX 7, 14, 22): a plain recurrent layer, in one or two directions.
struct RNN: Operator {
  static let schema = OperatorSchema("RNN", versions: 7...newestOpset, inputs: 3...6, bfloat16Since: 22)

  private let attributes: RecurrentAttributes
  private var weights: [RecurrentWeights]?

  init(_ node: NodeReader) throws(OperatorError) {
    attributes = try RecurrentAttributes(node, defaultActivations: [.tanh])
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.weights = RecurrentWeights.pack(
      constants: constants, directions: attributes.reversed.count, gateGroups: [1])
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let sequence = try RecurrentSequence(inputs, attributes, gates: 1)
    let weights = weights ?? RecurrentWeights.pack(inputs[1], inputs[2], gateGroups: [1])
    var builder = TensorBuilder<Float>([sequence.steps, sequence.directions, sequence.batch, sequence.hidden])
    var outputs = builder.span
    var last: [[Float]] = []
    for (direction, packed) in weights.enumerated() {
      let bias = sequence.biases[direction].map { bias in
        (0..<sequence.hidden).map { bias[$0] + bias[sequence.hidden + $0] }
      }
      var cell = RNNCell(
        recurrent: packed.recurrent[0], activation: attributes.activations[direction][0], clip: attributes.clip,
        projectedBias: bias)
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

/// One direction of an RNN.
private struct RNNCell: RecurrentCell {
  let recurrent: PackedFloatMatrix
  let activation: RecurrentActivation
  let clip: ClosedRange<Float>?
  let projectedBias: [Float]?

  func advance(_ state: inout RecurrentState, projected: Span<Float>, compute: Compute) {
    var sums = [Float](repeating: 0, count: projected.count)
    var products = sums.mutableSpan
    recurrent.multiply(state.hidden.span, into: &products, compute: compute)
    for index in sums.indices {
      let sum = sums[index] + projected[index]
      state.hidden[index] = activation(clip.map { sum.limited(to: $0) } ?? sum)
    }
  }
}
