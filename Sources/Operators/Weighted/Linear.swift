import Kernels
import Tensors

/// Linear (internal): activation(A · B + bias + addend), where B is a matrix and A a matrix, a vector or a stack.
///
/// Inputs: A, B, the optional bias, the optional addend. The bias holds one element, or one for each column, along its
/// last axis; the addend is any tensor that broadcasts with the result, as an Add of ONNX takes it. A result of the
/// same shape as the addend is finished where it is computed; only another shape costs an addition of its own.
///
/// Attributes: `activation` and `activation_params` as FusedConv of com.microsoft has them, and `transB` as Gemm.
/// `gemm` = 1 says that the node was a Gemm, which takes matrices only. `rounding` is a type as Cast has it, float16 or
/// bfloat16, to whose numbers the elements of A are rounded first.
struct Linear: Operator {
  static let schema = OperatorSchema("Linear", domain: internalDomain, inputs: 2...4)

  private let activation: Activation
  private let transposesRight: Bool
  private let takesMatricesOnly: Bool
  private let rounding: HalfType?
  private let shapes: MatrixProductShapes
  private var packed: PackedFloatMatrix?

  init(_ node: NodeReader) throws(OperatorError) {
    activation = try node.fusedActivation
    transposesRight = try node.flag("transB", default: false)
    shapes = MatrixProductShapes(transposesRight: transposesRight)
    takesMatricesOnly = try node.flag("gemm", default: false)
    rounding = try HalfType(node, "rounding")
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.packed = constants[1].flatMap { PackedFloatMatrix($0, transposed: transposesRight) }
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let left = try inputs.tensor(0, of: .float32)
    let weights = try inputs.tensor(1, of: .float32)
    if takesMatricesOnly, left.shape.rank != 2 { throw .input(0, "has shape \(left.shape), expected a matrix") }
    guard let packed = packed ?? PackedFloatMatrix(weights, transposed: transposesRight) else {
      throw .input(1, "has shape \(weights.shape), expected a matrix")
    }
    let shape = try shapes.shape(left.shape, weights.shape).output
    let product = LinearProduct(
      left: left, matrix: packed, bias: try bias(inputs, columns: packed.columns), activation: activation,
      rounding: rounding, compute: inputs.compute)
    let biasedShape = shape.withRank(atLeast: inputs.optional(2)?.shape.rank ?? 0)
    guard inputs.optional(3) != nil else { return [product.result(biasedShape, addend: nil)] }
    let addend = try inputs.tensor(3, of: .float32)
    return [try product.result(biasedShape, adding: addend, inputs)]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    inputs.floatProductWork(depth: inputs[0].shape.dimensions.last ?? 1, outputs, packed: packed)
  }

  /// One element for each column.
  private func bias(_ inputs: OperatorInputs, columns: Int) throws(OperatorError) -> Tensor? {
    guard inputs.optional(2) != nil else { return nil }
    let bias = try inputs.tensor(2, of: .float32)
    let width = bias.shape.dimensions.last ?? 1
    guard bias.count == width, width == columns || width == 1 else {
      throw .input(2, "has shape \(bias.shape), expected one row of \(columns) columns")
    }
    guard width == columns else { return Tensor([columns], repeating: bias.span(of: Float.self)[0]) }
    return bias
  }
}

/// The operands of one product whose right-hand side is packed.
private struct LinearProduct {
  let left: Tensor
  let matrix: PackedFloatMatrix
  let bias: Tensor?
  var activation: Activation
  let rounding: HalfType?
  let compute: Compute

  /// The result with an addend of any shape that broadcasts with it.
  func result(_ shape: Shape, adding addend: Tensor, _ inputs: OperatorInputs) throws(OperatorError) -> Tensor {
    if addend.shape == shape { return result(shape, addend: addend) }
    var product = self
    product.activation = .none
    let sum = product.result(shape, addend: nil)
    let plan = try Broadcast(of: sum.shape, with: addend.shape)
    return activation.applied(to: inputs.combine(.add, sum, addend, plan), compute: compute)
  }

  /// The result with an addend of its own shape.
  func result(_ shape: Shape, addend: Tensor?) -> Tensor {
    let elements = left.span(of: Float.self)
    return Tensor(shape, of: Float.self) { output in
      matrix.multiply(
        elements, into: &output, bias: bias, activation: activation, residual: addend, rounding: rounding,
        compute: compute)
    }
  }
}

extension Shape {
  /// This shape with axes of 1 put before it until it has as many axes.
  fileprivate func withRank(atLeast rank: Int) -> Shape {
    self.rank >= rank ? self : Shape([Int](repeating: 1, count: rank - self.rank) + dimensions)
  }
}
