import Tensors

/// ConstantOfShape (ONNX 9, 20, 21, …): a tensor of the shape in input 0, every element the same.
struct ConstantOfShape: Operator {
  static let schema = OperatorSchema(
    "ConstantOfShape", versions: 9...newestOpset, inputs: 1...1, outputs: [.computed], bfloat16Since: 20,
    acceptsHalf: true)

  private let value: Tensor

  init(_ node: NodeReader) throws(OperatorError) {
    value = try node.tensor("value") ?? Tensor([1], [0 as Float])
    guard value.count == 1 else { throw .attribute("value", "has shape \(value.shape), expected one element") }
  }

  func outputTypes(_ inputs: [DataType?]) -> [DataType?] { [value.type] }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let shape = try value.type.outputShape(try inputs.integers(0))
    return [try FilledTensor(value, shape: shape).result()]
  }
}
