import Kernels
import Tensors

/// MatMulIntegerToFloat (com.microsoft 1): a product of quantized matrices, turned to float32.
struct MatMulIntegerToFloat: Operator {
  static let schema = OperatorSchema(
    "MatMulIntegerToFloat", domain: "com.microsoft", inputs: 4...7, outputs: [.sameAsInput(2)])

  private var weights: IntegerWeights

  init(_ node: NodeReader) {
    weights = IntegerWeights(node, at: 1, zeroPoint: 5)
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.weights = weights.prepared(with: constants)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let left = try inputs.bytes(0)
    let shape = try MatrixProductShape(left.shape, inputs.bytes(1).shape)
    let zeroPoint = try inputs.zeroPoint(4, of: left.type)
    let epilogue = try inputs.dequantizing(left: inputs.scale(2), right: 3, bias: 6, columns: shape.columns)
    return [try weights.product(left, zeroPoint: zeroPoint, shape, inputs, epilogue: epilogue)]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    weights.work(inputs, depth: inputs[0].shape.dimensions.last ?? 1, zeroPoint: 4, outputs: outputs)
  }
}
