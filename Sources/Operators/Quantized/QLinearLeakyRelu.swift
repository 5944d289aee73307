import Tensors

/// QLinearLeakyRelu (com.microsoft 1): x, or alpha · x where x is negative, of a quantized tensor, quantized again.
struct QLinearLeakyRelu: Operator {
  static let schema = OperatorSchema(
    "QLinearLeakyRelu", domain: "com.microsoft", inputs: 4...5, float16Since: nil, bfloat16Since: nil)

  private let slope: Float
  private var table: ByteTable?

  init(_ node: NodeReader) throws(OperatorError) {
    slope = try node.float("alpha", default: 0.01)
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.table = ByteTable(constants: constants, leakyRelu)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let data = try inputs.bytes(0)
    if let table, table.type == data.type { return [table.apply(to: data, compute: inputs.compute)] }
    return [try ByteTable(inputs, leakyRelu).apply(to: data, compute: inputs.compute)]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? { inputs.lookupWork() }

  private func leakyRelu(_ value: Float) -> Float { value >= 0 ? value : slope * value }
}
