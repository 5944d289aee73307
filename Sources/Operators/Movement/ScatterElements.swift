import Tensors

/// ScatterElements (ONNX 11, 13, 16, 18): a copy of the data with the updates put where GatherElements would find them.
struct ScatterElements: Operator {
  static let schema = OperatorSchema("ScatterElements", versions: 11...newestOpset, inputs: 3...3)

  private let axis: Int
  private let reduction: ScatterReduction

  init(_ node: NodeReader) throws(OperatorError) {
    axis = try node.int("axis", default: 0)
    reduction = try ScatterReduction(node)
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let updates = try inputs.tensor(2, ofTypeOf: 0)
    guard updates.shape == inputs[1].shape else {
      throw .input(2, "has shape \(updates.shape), expected \(inputs[1].shape) as the indices have")
    }
    let offsets = try inputs.elementOffsets(axis: axis)
    return [try reduction.scatter(updates, into: inputs[0], runLength: 1, starts: offsets)]
  }
}
