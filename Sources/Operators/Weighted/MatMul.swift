import Tensors

/// MatMul (ONNX 1, 9, 13): the product of matrices, or of stacks of them, as NumPy's `matmul`.
struct MatMul: Operator {
  static let schema = OperatorSchema("MatMul", inputs: 2...2)

  private let shapes = MatrixProductShapes()
  private var packed: PackedFloatMatrix?

  init(_ node: NodeReader) {}

  var quantization: QuantizationRule { .weighted(weightAxis: 1) }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.packed = constants[1].flatMap { PackedFloatMatrix($0) }
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let left = inputs[0]
    let right = try inputs.tensor(1, of: left.type)
    let shape = try shapes.shape(left.shape, right.shape)
    return [try shape.product(left, right, packed: packed, compute: inputs.compute)]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    inputs.floatProductWork(depth: inputs[0].shape.dimensions.last ?? 1, outputs, packed: packed)
  }
}
