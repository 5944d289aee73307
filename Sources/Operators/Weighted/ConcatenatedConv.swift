import Kernels
import Tensors

/// ConcatenatedConv (internal): the results of several convolutions of images, joined along their channels. Each is
/// computed where it belongs in the joined result.
///
/// Branch i has three inputs, from 3·i on: data, weights and a bias that may be left out. Its attributes are those of the
/// internal Conv behind "i." and "i.name", what messages call it. All are channels last.
struct ConcatenatedConv: Operator {
  static let schema = OperatorSchema("ConcatenatedConv", domain: internalDomain, inputs: 2...Int.max)

  private struct Branch: Sendable {
    let name: String
    var convolution: Convolution
  }

  private var branches: [Branch]

  init(_ node: NodeReader) throws(OperatorError) {
    branches = try (0..<(node.inputCount + 2) / 3).map { index throws(OperatorError) in
      for input in [3 * index, 3 * index + 1] where !node.hasInput(input) { throw .input(input, "is missing") }
      let reader = node.attributes(behind: "\(index).")
      return Branch(
        name: try reader.string("name", default: ""),
        convolution: try Convolution(reader, activation: reader.fusedActivation))
    }
  }

  func prepared(with constants: [Tensor?]) throws(OperatorError) -> any Operator {
    var prepared = self
    for index in branches.indices {
      prepared.branches[index].convolution = try naming(index) { () throws(OperatorError) in
        try branches[index].convolution.prepared(weights: constants[3 * index + 1])
      }
    }
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let parts = branches.indices.map { inputs.branch($0) }
    let shapes = try branches.indices.map { index throws(OperatorError) in
      try naming(index) { () throws(OperatorError) in try branches[index].convolution.partShape(parts[index]) }
    }
    guard let shape = try joined(shapes) else { return [try oneByOne(parts, inputs.compute)] }
    let result = try Tensor(shape, of: Float.self) { output throws(OperatorError) in
      var first = 0
      for index in branches.indices {
        try naming(index) { () throws(OperatorError) in
          try branches[index].convolution.run(
            parts[index], into: &output, channels: OutputChannels(first: first, total: shape[shape.rank - 1]))
        }
        first += parts[index][1].shape[0]
      }
    }
    return [result]
  }

  /// What all branches computed.
  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    let channels = branches.indices.map { inputs.branch($0)[1].shape[0] }
    let pixels = outputs.firstCount / max(channels.reduce(0, +), 1)
    return OperatorWork(
      branches.indices.compactMap { index in
        branches[index].convolution.work(inputs.branch(index), resultCount: pixels * channels[index])
      })
  }

  /// The shape of the joined result; nil where it has to be joined from results, which also says what does not fit.
  private func joined(_ shapes: [Shape?]) throws(OperatorError) -> Shape? {
    var channels = 0
    for shape in shapes {
      guard let shape, let first = shapes[0], shape.dimensions.dropLast() == first.dimensions.dropLast() else {
        return nil
      }
      channels += shape[shape.rank - 1]
    }
    guard let first = shapes[0] else { return nil }
    return try DataType.float32.outputShape(first.replacing(axis: first.rank - 1, with: channels))
  }

  private func oneByOne(_ parts: [OperatorInputs], _ compute: Compute) throws(OperatorError) -> Tensor {
    let results = try branches.indices.map { index throws(OperatorError) in
      try naming(index) { () throws(OperatorError) in try branches[index].convolution.run(parts[index]) }
    }
    return try Tensor.concatenating(results, axis: -1, compute)
  }

  /// Has errors say which convolution they are about.
  private func naming<Result>(
    _ index: Int, _ body: () throws(OperatorError) -> Result
  ) throws(OperatorError) -> Result {
    do {
      return try body()
    } catch {
      throw OperatorError(error.kind, "convolution \"\(branches[index].name)\": \(error.message)")
    }
  }
}

extension OperatorInputs {
  /// The inputs of a branch.
  fileprivate func branch(_ index: Int) -> OperatorInputs {
    OperatorInputs((3 * index..<3 * index + 3).map { optional($0) }, compute: compute)
  }
}
