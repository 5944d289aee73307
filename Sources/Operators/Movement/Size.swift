import Tensors

/// Size (ONNX 1, 13, 19, …): the number of elements of its input.
struct Size: Operator {
  static let schema = OperatorSchema("Size", inputs: 1...1, outputs: [.fixed(.int64)], acceptsHalf: true)

  init(_ node: NodeReader) throws(OperatorError) {}

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { [Tensor(scalar: Int64(inputs[0].count))] }
}
