import Tensors

/// Cast (ONNX 6, 9, 13, 19, …): the elements converted to another type, among the real, integer and truth types.
struct Cast: Operator {
  static let schema = OperatorSchema(
    "Cast", versions: 6...newestOpset, inputs: 1...1, outputs: [.computed], acceptsHalf: true)

  private let target: DataType

  init(_ node: NodeReader) throws(OperatorError) {
    guard let target = try node.dataType("to") else { throw .attribute("to", "is missing") }
    self.target = target
  }

  func outputTypes(_ inputs: [DataType?]) -> [DataType?] { [target] }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    [try inputs[0].cast(to: target, inputs.compute)]
  }
}
