import Tensors

/// ScatterND (ONNX 11, 13, 16, 18): a copy of the data with the updates put where GatherND would find them.
struct ScatterND: Operator {
  static let schema = OperatorSchema("ScatterND", versions: 11...newestOpset, inputs: 3...3)

  private let reduction: ScatterReduction

  init(_ node: NodeReader) throws(OperatorError) { reduction = try ScatterReduction(node) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let tuples = try IndexTuples(inputs)
    let updates = try inputs.tensor(2, ofTypeOf: 0)
    let expected = inputs[1].shape.dimensions.dropLast() + inputs[0].shape.dimensions[tuples.length...]
    guard updates.shape.dimensions == Array(expected) else {
      throw .input(2, "has shape \(updates.shape), expected \(Shape(Array(expected)))")
    }
    return [
      try reduction.scatter(updates, into: inputs[0], runLength: tuples.runLength, starts: tuples.starts)
    ]
  }
}
