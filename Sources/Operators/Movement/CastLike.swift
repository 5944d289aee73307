import Tensors

/// CastLike (ONNX 15, 19, …): the elements converted to the type of input 1.
struct CastLike: Operator {
  static let schema = OperatorSchema(
    "CastLike", versions: 15...newestOpset, inputs: 2...2, outputs: [.sameAsInput(1)], acceptsHalf: true)

  init(_ node: NodeReader) throws(OperatorError) {}

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    [try inputs[0].cast(to: inputs[1].type, inputs.compute)]
  }
}
