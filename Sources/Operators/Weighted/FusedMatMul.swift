import Kernels
import Tensors

/// FusedMatMul (com.microsoft 1): alpha · A · B on stacks of matrices, whose last two axes may be exchanged first.
struct FusedMatMul: Operator {
  static let schema = OperatorSchema("FusedMatMul", domain: "com.microsoft", inputs: 2...2)

  private let alpha: Float
  private let transposesLeft: Bool
  private let transposesRight: Bool
  private var packed: PackedFloatMatrix?

  init(_ node: NodeReader) throws(OperatorError) {
    alpha = try node.float("alpha", default: 1)
    transposesLeft = try node.flag("transA", default: false)
    transposesRight = try node.flag("transB", default: false)
    for name in ["transBatchA", "transBatchB"] where try node.flag(name, default: false) {
      throw .unsupported("attribute \"\(name)\" is set, which is not supported")
    }
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    guard alpha == 1 else { return self }
    var prepared = self
    prepared.packed = constants[1].flatMap { PackedFloatMatrix($0, transposed: transposesRight) }
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let right = try inputs.tensor(1, of: inputs[0].type)
    let left = transposesLeft ? inputs[0].exchangingLastAxes(compute: inputs.compute) : inputs[0]
    let turned = transposesRight && packed == nil ? right.exchangingLastAxes(compute: inputs.compute) : right
    let rightShape = transposesRight ? right.shape.exchangingLastAxes : right.shape
    let shape = try MatrixProductShape(left.shape, rightShape)
    return [try shape.product(left, turned, packed: packed, scale: alpha, compute: inputs.compute)]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    let dimensions = inputs[0].shape.dimensions
    let depth = transposesLeft && dimensions.count >= 2 ? dimensions[dimensions.count - 2] : dimensions.last
    return inputs.floatProductWork(depth: depth ?? 1, outputs, packed: packed)
  }
}

extension Shape {
  /// This shape with the last two axes exchanged, where there are two.
  fileprivate var exchangingLastAxes: Shape {
    guard rank >= 2 else { return self }
    return Shape(dimensions.dropLast(2) + [dimensions[rank - 1], dimensions[rank - 2]])
  }
}

extension Tensor {
  /// This tensor with the last two axes exchanged, where there are two.
  fileprivate func exchangingLastAxes(compute: Compute) -> Tensor {
    guard shape.rank >= 2 else { return self }
    let batch = shape.count(of: 0..<(shape.rank - 2))
    return swappingAxes(
      batch: batch, rows: shape[shape.rank - 2], columns: shape[shape.rank - 1], compute: compute
    ).reshaped(shape.exchangingLastAxes)
  }
}
