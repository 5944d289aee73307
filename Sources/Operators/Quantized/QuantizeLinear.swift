import Tensors

/// QuantizeLinear (ONNX 10, 13, 19, 21, 23, 24, 25, 28) to integers of 4, 8 and 16 bits.
struct QuantizeLinear: Operator {
  static let schema = OperatorSchema(
    "QuantizeLinear", versions: 10...newestOpset, inputs: 2...3, outputs: [.computed], float16Since: 19,
    bfloat16Since: 19)

  private var linear: LinearQuantization

  init(_ node: NodeReader) throws(OperatorError) {
    linear = try LinearQuantization(node)
  }

  func outputTypes(_ inputs: [DataType?]) -> [DataType?] { [linear.type(inputs)] }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.linear = linear.prepared(with: constants)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { [try linear.run(inputs)] }
}

/// QuantizeLinear (com.microsoft 1): the same, with 16- and 4-bit integers at any version of ai.onnx.
struct MicrosoftQuantizeLinear: Operator {
  static let schema = OperatorSchema(
    "QuantizeLinear", domain: "com.microsoft", inputs: 2...3, outputs: [.computed])

  private var linear: LinearQuantization

  init(_ node: NodeReader) throws(OperatorError) {
    linear = try LinearQuantization(node)
  }

  func outputTypes(_ inputs: [DataType?]) -> [DataType?] { [linear.type(inputs)] }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.linear = linear.prepared(with: constants)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { [try linear.run(inputs)] }
}
