import Tensors

/// DequantizeLinear (ONNX 10, 13, 19, 21, 23, 24, 25, 28) of integers of up to 32 bits.
struct DequantizeLinear: Operator {
  static let schema = OperatorSchema(
    "DequantizeLinear", versions: 10...newestOpset, inputs: 2...3, outputs: [.computed], float16Since: 19,
    bfloat16Since: 19)

  private var linear: LinearDequantization

  init(_ node: NodeReader) throws(OperatorError) {
    linear = try LinearDequantization(node)
  }

  func outputTypes(_ inputs: [DataType?]) -> [DataType?] { [linear.type(inputs)] }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.linear = linear.prepared(with: constants)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { [try linear.run(inputs)] }
}

/// DequantizeLinear (com.microsoft 1): the same, with 16- and 4-bit integers at any version of ai.onnx.
struct MicrosoftDequantizeLinear: Operator {
  static let schema = OperatorSchema(
    "DequantizeLinear", domain: "com.microsoft", inputs: 2...3, outputs: [.computed])

  private var linear: LinearDequantization

  init(_ node: NodeReader) throws(OperatorError) {
    linear = try LinearDequantization(node)
  }

  func outputTypes(_ inputs: [DataType?]) -> [DataType?] { [linear.type(inputs)] }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.linear = linear.prepared(with: constants)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { [try linear.run(inputs)] }
}
