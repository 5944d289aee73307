import Kernels
import Tensors

/// How a kind of recurrent layer takes its parameters.
struct RecurrentForm: Sendable {
  /// How many gates of the state each of the products of a step computes.
  let gateGroups: [Int]
  /// How many gates, from the first on, have both biases added ahead of the steps. The others have only that of the
  /// input there; that of the state belongs to the product of the state.
  let mergedGates: Int
  /// Whether there are a cell state, input 6, and peepholes, input 7.
  let hasCell: Bool

  var gates: Int { gateGroups.reduce(0, +) }
  /// Where the parameters are among the inputs: weights of input and state, biases, peepholes.
  var parameterInputs: [Int] { hasCell ? [1, 2, 3, 7] : [1, 2, 3] }
}

/// The parameters of one direction of a recurrent layer, in the form that its steps take.
struct RecurrentWeights: Sendable {
  /// A matrix to multiply by and what is added to the products.
  struct Product: Sendable {
    let matrix: PackedFloatMatrix
    let bias: Tensor?

    /// Writes the products of `left`, with the bias, to `output`; adds `addend`, which is laid out as that, in the end.
    func multiply(
      _ left: Span<Float>, adding addend: Span<Float>? = nil, into output: inout MutableSpan<Float>,
      activation: Activation = .none, compute: Compute
    ) {
      guard let bias else { return multiply(left, nil, addend, into: &output, activation, compute) }
      let row = bias.span(of: Float.self)
      multiply(left, row, addend, into: &output, activation, compute)
    }

    private func multiply(
      _ left: Span<Float>, _ bias: Span<Float>?, _ addend: Span<Float>?, into output: inout MutableSpan<Float>,
      _ activation: Activation, _ compute: Compute
    ) {
      guard matrix.columns > 0 else { return }
      let rows = output.count / matrix.columns
      switch matrix.storage {
      case .full(let weights):
        compute.gemm(
          left, rows: rows, stride: weights.rows, by: weights, bias: bias, activation: activation, residual: addend,
          into: &output, stride: weights.columns)
      case .half(let weights):
        compute.gemm(
          left, rows: rows, stride: weights.rows, by: weights, bias: bias, activation: activation, residual: addend,
          into: &output, stride: weights.columns)
      }
    }
  }

  /// Input to gates, [input size, gates · hidden size].
  let input: Product
  /// State to gates: a matrix [hidden size, gates · hidden size] for each group of gates.
  let state: [Product]
  /// [input, output, forget][hidden size], or none.
  let peepholes: [Float]
}

/// The parameters of a recurrent layer, as its inputs have them.
struct RecurrentParameters {
  private let input: Tensor
  private let state: Tensor
  private let bias: Tensor?
  private let peepholes: Tensor?

  /// Takes the inputs of a layer, the shapes of which must have been checked.
  init(_ inputs: OperatorInputs, _ form: RecurrentForm) {
    input = inputs[1]
    state = inputs[2]
    bias = inputs.optional(3)
    peepholes = form.hasCell ? inputs.optional(7) : nil
  }

  /// Takes constant inputs; nil where one of `present` is not constant, or they do not belong together.
  init?(constants: [Tensor?], present: [Int], _ form: RecurrentForm, directions: Int) {
    guard present.allSatisfy({ constants[$0] != nil }), let input = constants[1], let state = constants[2],
      input.type == state.type, input.shape.rank == 3, state.shape.rank == 3
    else { return nil }
    let hidden = state.shape[2]
    let rows = form.gates * hidden
    guard input.shape == [directions, rows, input.shape[2]], state.shape == [directions, rows, hidden] else {
      return nil
    }
    self.input = input
    self.state = state
    bias = present.contains(3) ? constants[3]?.widened : nil
    peepholes = present.contains(7) ? constants[7]?.widened : nil
    guard bias?.isFloats([directions, 2 * rows]) != false, peepholes?.isFloats([directions, 3 * hidden]) != false else {
      return nil
    }
  }

  /// The parameters of every direction, packed; nil where the weights are of a type that kernels do not take.
  func packed(as form: RecurrentForm) -> [RecurrentWeights]? {
    let directions = (0..<input.shape[0]).compactMap { packed($0, as: form) }
    return directions.count == input.shape[0] ? directions : nil
  }

  private func packed(_ direction: Int, as form: RecurrentForm) -> RecurrentWeights? {
    let hidden = state.shape[2]
    let (inputBias, stateBias) = biases(direction, as: form)
    guard let inputMatrix = input.packedRows(of: direction, 0..<(form.gates * hidden)) else { return nil }
    var products: [RecurrentWeights.Product] = []
    var gate = 0
    for group in form.gateGroups {
      let rows = (gate * hidden)..<((gate + group) * hidden)
      guard let matrix = state.packedRows(of: direction, rows) else { return nil }
      let isMerged = gate + group <= form.mergedGates
      let bias = isMerged ? nil : stateBias.map { Tensor([rows.count], Array($0[rows])) }
      products.append(RecurrentWeights.Product(matrix: matrix, bias: bias))
      gate += group
    }
    return RecurrentWeights(
      input: RecurrentWeights.Product(matrix: inputMatrix, bias: inputBias.map { Tensor([$0.count], $0) }),
      state: products, peepholes: peepholes?.row(direction) ?? [])
  }

  /// What is added to the products of the input, and to those of the state.
  private func biases(_ direction: Int, as form: RecurrentForm) -> (input: [Float]?, state: [Float]?) {
    guard let both = bias?.row(direction) else { return (nil, nil) }
    let rows = both.count / 2
    let merged = form.mergedGates * state.shape[2]
    return (
      (0..<rows).map { $0 < merged ? both[$0] + both[rows + $0] : both[$0] },
      (0..<rows).map { $0 < merged ? 0 : both[rows + $0] }
    )
  }
}

extension Tensor {
  fileprivate func isFloats(_ shape: Shape) -> Bool { type == .float32 && self.shape == shape }

  /// A row of a float32 matrix.
  fileprivate func row(_ index: Int) -> [Float] {
    let width = shape[1]
    return Array(array(of: Float.self)[(index * width)..<((index + 1) * width)])
  }

  /// Some rows of one of the matrices that a tensor of rank 3 holds, packed as columns.
  fileprivate func packedRows(of matrix: Int, _ rows: Range<Int>) -> PackedFloatMatrix? {
    let width = shape[2] * (type.byteWidth ?? 0)
    let first = matrix * shape[1]
    let slice = bytes.slice(((first + rows.lowerBound) * width)..<((first + rows.upperBound) * width))
    guard let part = Tensor([rows.count, shape[2]], type: type, bytes: slice) else { return nil }
    return PackedFloatMatrix(part, transposed: true)
  }
}
