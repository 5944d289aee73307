import Tensors

/// Constant (ONNX 1, 9, 11, 12, 13, …): the tensor, number or list of numbers in its attribute.
struct Constant: Operator {
  static let schema = OperatorSchema("Constant", inputs: 0...0, outputs: [.computed], acceptsHalf: true)

  private let value: Tensor

  init(_ node: NodeReader) throws(OperatorError) {
    for name in ["sparse_value", "value_string", "value_strings"] where node.hasAttribute(name) {
      throw .unsupported("attribute \"\(name)\" is not supported")
    }
    if let tensor = try node.tensor("value") {
      value = tensor
    } else if let number = try node.float("value_float") {
      value = Tensor(scalar: number)
    } else if let numbers = try node.floats("value_floats") {
      value = Tensor([numbers.count], numbers)
    } else if let number = try node.int("value_int") {
      value = Tensor(scalar: Int64(number))
    } else if let numbers = try node.ints("value_ints") {
      value = Tensor([numbers.count], numbers.map { Int64($0) })
    } else {
      throw .attribute("value", "is missing")
    }
  }

  func outputTypes(_ inputs: [DataType?]) -> [DataType?] { [value.type] }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { [value] }
}
