import Tensors

/// Scatter (ONNX 9): the former name of ScatterElements.
struct Scatter: Operator {
  static let schema = OperatorSchema("Scatter", versions: 9...10, inputs: 3...3, bfloat16Since: nil)

  private let successor: ScatterElements

  init(_ node: NodeReader) throws(OperatorError) { successor = try ScatterElements(node) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { try successor.run(inputs) }
}
