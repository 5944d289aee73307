import Kernels
import Tensors

/// FusedGemm (com.microsoft 1): Gemm followed by an activation function.
struct FusedGemm: Operator {
  static let schema = OperatorSchema("FusedGemm", domain: "com.microsoft", inputs: 2...3)

  private var product: ScaledProduct

  init(_ node: NodeReader) throws(OperatorError) {
    let parameters = [try node.float("activation_alpha"), try node.float("activation_beta")].compactMap(\.self)
    product = try ScaledProduct(node, activation: Activation(node, parameters: parameters))
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.product = product.prepared(with: constants)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { [try product.run(inputs)] }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? { product.work(inputs, outputs: outputs) }
}
