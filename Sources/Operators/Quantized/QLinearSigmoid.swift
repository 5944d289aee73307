import Tensors

/// QLinearSigmoid (com.microsoft 1): 1 / (1 + e^−x) of a quantized tensor, quantized again.
struct QLinearSigmoid: Operator {
  static let schema = OperatorSchema(
    "QLinearSigmoid", domain: "com.microsoft", inputs: 4...5, float16Since: nil, bfloat16Since: nil)

  private var table: ByteTable?

  init(_ node: NodeReader) {}

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.table = ByteTable(constants: constants) { $0.logistic }
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let data = try inputs.bytes(0)
    if let table, table.type == data.type { return [table.apply(to: data, compute: inputs.compute)] }
    return [try ByteTable(inputs) { $0.logistic }.apply(to: data, compute: inputs.compute)]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? { inputs.lookupWork() }
}
