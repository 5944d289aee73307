import Kernels
import Tensors

/// IntegerLinear (internal): activation(MatMulIntegerToFloat(…) + addend), perhaps quantized.
///
/// Inputs: the seven of MatMulIntegerToFloat of com.microsoft, then the optional addend, any tensor that broadcasts
/// with the result as an Add of ONNX takes it. One of the same shape as the result joins it where it is computed. Last,
/// where there is no addend, a scale and a zero point of uint8 or int8 by which QuantizeLinear would quantize the result.
///
/// Attributes: `activation` and `activation_params` as FusedConv of com.microsoft has them.
struct IntegerLinear: Operator {
  static let schema = OperatorSchema(
    "IntegerLinear", domain: internalDomain, inputs: 4...10, outputs: [.computed])

  private static let addend = 7
  private static let quantization = 8

  private let activation: Activation
  private var product: MatMulIntegerToFloat

  init(_ node: NodeReader) throws(OperatorError) {
    activation = try node.fusedActivation
    // The function comes after the addend, which the kernel can only add where it has the shape of the result.
    product = MatMulIntegerToFloat(
      node, activation: node.hasInput(Self.addend) ? .none : activation, quantization: Self.quantization)
  }

  func outputTypes(_ inputs: [DataType?]) -> [DataType?] {
    let zeroPoint = Self.quantization + 1
    return [inputs[inputs.count > zeroPoint ? zeroPoint : 2]]
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.product = product.prepared(with: constants)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    guard inputs.optional(Self.addend) != nil else { return [try product.result(inputs)] }
    let addend = try inputs.tensor(Self.addend, of: .float32)
    return [activation.applied(to: try sum(of: addend, inputs), compute: inputs.compute)]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? { product.work(inputs, outputs: outputs) }

  private func sum(of addend: Tensor, _ inputs: OperatorInputs) throws(OperatorError) -> Tensor {
    if try product.shape(inputs).output == addend.shape { return try product.result(inputs, addend: addend) }
    let result = try product.result(inputs)
    return inputs.combine(.add, result, addend, try Broadcast(of: result.shape, with: addend.shape))
  }
}
