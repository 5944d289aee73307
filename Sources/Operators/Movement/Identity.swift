import Tensors

/// Identity (ONNX 1, 13, 14, …): its input.
struct IdentityOperator: Operator {
  static let schema = OperatorSchema("Identity", inputs: 1...1, acceptsHalf: true)

  init(_ node: NodeReader) throws(OperatorError) {}

  var quantization: QuantizationRule { .sharedParameters(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { [inputs[0]] }
}
