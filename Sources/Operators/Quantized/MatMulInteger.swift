import Kernels
import Tensors

/// MatMulInteger (ONNX 10): the product of 8-bit integers less their zero points, in int32.
struct MatMulInteger: Operator {
  static let schema = OperatorSchema(
    "MatMulInteger", versions: 10...newestOpset, inputs: 2...4, outputs: [.fixed(.int32)], float16Since: nil,
    bfloat16Since: nil)

  private var weights: IntegerWeights
  private var sums: Derived<IntegerEpilogue>

  init(_ node: NodeReader) {
    weights = IntegerWeights(node, at: 1, zeroPoint: 3)
    sums = Derived(node, from: 1...3)
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    let weights = weights.prepared(with: constants)
    var prepared = self
    prepared.weights = weights
    prepared.sums = sums.prepared(with: constants) { inputs throws(OperatorError) in
      try weights.prepared(.sums(.sums()), inputs, zeroPoint: 2)
    }
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let (left, right) = (try inputs.bytes(0), try inputs.bytes(1))
    let shape = try MatrixProductShape(left.shape, right.shape)
    let zeros = try OperandZeroPoints(inputs, 2, of: left.type, count: shape.rowsPerMatrix)
    guard zeros.values.count > 1 else {
      let epilogue = sums.value ?? .sums(.sums())
      return [try weights.product(left, zeroPoint: zeros[0], shape, inputs, epilogue: epilogue)]
    }
    let rightZero = try OperandZeroPoints(inputs, 3, of: right.type, count: shape.columns)
    return [shape.directIntegerProduct(left, zeros, right, rightZero)]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    weights.work(inputs, depth: inputs[0].shape.dimensions.last ?? 1, zeroPoint: 2, outputs: outputs)
  }
}
