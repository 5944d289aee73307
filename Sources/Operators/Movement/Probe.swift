import Tensors

/// Probe (internal): its input, for an observer to look at. What it is given may be a layout of the value other than
/// ONNX's, with the same elements in another order.
struct Probe: Operator {
  static let schema = OperatorSchema("Probe", domain: internalDomain, inputs: 1...1, acceptsHalf: true)

  init(_ node: NodeReader) throws(OperatorError) {}

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { [inputs[0]] }
}
