import Tensors

/// Gemm (ONNX 7, 9, 11, 13): alpha · A · B + beta · C with optional transpositions.
struct Gemm: Operator {
  static let schema = OperatorSchema("Gemm", versions: 7...newestOpset, inputs: 2...3)

  private var product: ScaledProduct

  init(_ node: NodeReader) throws(OperatorError) {
    product = try ScaledProduct(node)
  }

  var quantization: QuantizationRule {
    product.isPlain ? .weighted(weightAxis: product.transposesRight ? 0 : 1) : .keepFloat
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.product = product.prepared(with: constants)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { [try product.run(inputs)] }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? { product.work(inputs, outputs: outputs) }
}
