import Kernels
import Tensors

/// DynamicQuantizeMatMul (com.microsoft 1): float32 data is quantized to uint8 over its range, multiplied by quantized
/// weights and turned back to float32.
struct DynamicQuantizeMatMul: Operator {
  static let schema = OperatorSchema(
    "DynamicQuantizeMatMul", domain: "com.microsoft", inputs: 3...5, float16Since: nil, bfloat16Since: nil)

  private var weights: IntegerWeights

  init(_ node: NodeReader) {
    weights = IntegerWeights(node, at: 1, zeroPoint: 3)
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.weights = weights.prepared(with: constants)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let data = try inputs.tensor(0, of: .float32)
    let shape = try MatrixProductShape(data.shape, inputs.bytes(1).shape)
    let range = DynamicRange(of: data, compute: inputs.compute)
    let epilogue = try inputs.dequantizing(left: range.scale, right: 2, bias: 4, columns: shape.columns)
    let left = range.quantize(data, compute: inputs.compute)
    return [try weights.product(left, zeroPoint: range.zeroPoint, shape, inputs, epilogue: .real(epilogue))]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    weights.work(inputs, depth: inputs[0].shape.dimensions.last ?? 1, zeroPoint: nil, outputs: outputs)
  }
}

extension NodeInputs {
  /// Turns sums into float32 with the scales of both operands and a bias per column, where there is one, through a function.
  func dequantizing(
    left: Float, right: Int, bias: Int, activation: Activation = .none, columns: Int
  ) throws(OperatorError) -> Int8Epilogue<Float> {
    let factors = try scales(right, columns: columns).map { left * $0 }
    guard let addend = optional(bias) else { return .dequantize(scales: factors, activation: activation) }
    guard addend.type == .float32 else { throw .input(bias, "has type \(addend.type), expected float32") }
    guard addend.shape == [columns] else {
      throw .input(bias, "has shape \(addend.shape), expected [\(columns)]")
    }
    return .dequantize(scales: factors, bias: addend.array(), activation: activation)
  }
}
