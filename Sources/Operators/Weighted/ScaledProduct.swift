import Kernels
import Tensors

/// activation(alpha · A · B + beta · C), with A and B perhaps transposed: what Gemm and FusedGemm compute.
struct ScaledProduct: Sendable {
  let transposesLeft: Bool
  let transposesRight: Bool
  private let alpha: Float
  private let beta: Float
  private let activation: Activation
  private var packed: PackedFloatMatrix?

  init(_ node: NodeReader, activation: Activation = .none) throws(OperatorError) {
    transposesLeft = try node.flag("transA", default: false)
    transposesRight = try node.flag("transB", default: false)
    alpha = try node.float("alpha", default: 1)
    beta = try node.float("beta", default: 1)
    self.activation = activation
  }

  /// Whether this is a product of A as it is, plus C as it is.
  var isPlain: Bool { alpha == 1 && beta == 1 && !transposesLeft }

  /// This product with a constant B packed.
  func prepared(with constants: [Tensor?]) -> ScaledProduct {
    var prepared = self
    prepared.packed = constants[1].flatMap { PackedFloatMatrix($0, transposed: transposesRight) }
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> Tensor {
    let left = try matrix(inputs, 0, transposed: transposesLeft)
    let shape = try outputShape(left, inputs)
    switch left.type {
    case .float32: return try floatProduct(left, shape, inputs)
    case .float64: return try doubleProduct(left, shape, inputs)
    default: throw .input(0, "has type \(left.type), expected float32 or float64")
    }
  }

  /// What a run that returned `outputs` computed.
  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork {
    guard inputs[0].type == .float32 else {
      return inputs.directWork(depth: inputs[0].shape[transposesLeft ? 0 : 1], outputs)
    }
    return inputs.productWork(
      depth: inputs[0].shape[transposesLeft ? 0 : 1], outputs, .float, kernel: "gemm f32",
      variant: packed == nil ? "weights packed in the run" : packed?.variant)
  }

  /// Input `index`, which must be a matrix, transposed if so asked.
  private func matrix(_ inputs: OperatorInputs, _ index: Int, transposed: Bool) throws(OperatorError) -> Tensor {
    let tensor = try inputs.tensor(index, of: inputs[0].type)
    guard tensor.shape.rank == 2 else { throw .input(index, "has shape \(tensor.shape), expected a matrix") }
    return transposed ? tensor.transposedMatrix(compute: inputs.compute) : tensor
  }

  /// The shape of the result for A in its final form.
  private func outputShape(_ left: Tensor, _ inputs: OperatorInputs) throws(OperatorError) -> Shape {
    let shape = inputs[1].shape
    guard shape.rank == 2 else { throw .input(1, "has shape \(shape), expected a matrix") }
    let (rows, columns) = transposesRight ? (shape[1], shape[0]) : (shape[0], shape[1])
    guard rows == left.shape[1] else {
      throw .input(1, "has shape \(shape), whose \(rows) rows do not meet the \(left.shape[1]) columns of input 0")
    }
    guard let output = Shape(fittingMemory: [left.shape[0], columns]) else {
      throw .input(1, "leads to too large an output")
    }
    return output
  }

  private func floatProduct(
    _ left: Tensor, _ shape: Shape, _ inputs: OperatorInputs
  ) throws(OperatorError) -> Tensor {
    let weights = inputs[1]
    guard let packed = packed ?? PackedFloatMatrix(weights, transposed: transposesRight) else {
      throw .input(1, "has type \(weights.type), expected float32")
    }
    let addend = try Addend(inputs, rows: shape[0], columns: shape[1])
    let elements = left.span(of: Float.self)
    return Tensor(shape, of: Float.self) { output in
      // The kernel itself adds a row to every row, or a matrix; any other C, and any other scale, comes afterwards.
      if alpha == 1, addend == nil || (beta == 1 && addend?.form != .other) {
        packed.multiply(
          elements, into: &output, bias: addend?.row, activation: activation, residual: addend?.matrix,
          compute: inputs.compute)
      } else {
        packed.multiply(elements, into: &output, compute: inputs.compute)
        if alpha != 1 {
          let factor = Tensor(scalar: alpha)
          inputs.compute.combine(.multiply, inPlace: &output, factor.span(of: Float.self))
        }
        addend?.add(to: &output, scale: beta, inputs)
        activation.apply(to: &output, compute: inputs.compute)
      }
    }
  }

  private func doubleProduct(
    _ left: Tensor, _ shape: Shape, _ inputs: OperatorInputs
  ) throws(OperatorError) -> Tensor {
    guard activation == .none else { throw .unsupported("an activation is fused for float32 only") }
    let right = try matrix(inputs, 1, transposed: transposesRight)
    let addend = try Addend(inputs, rows: shape[0], columns: shape[1])
    let (a, b) = (left.span(of: Double.self), right.span(of: Double.self))
    return Tensor(shape, of: Double.self) { output in
      for index in output.indices { output[index] = 0 }
      addProduct(a, b, to: &output, depth: left.shape[1], columns: shape[1])
      for index in output.indices { output[index] *= Double(alpha) }
      addend?.add(to: &output, scale: Double(beta))
    }
  }
}

/// C of a product, which broadcasts to the shape of the result.
private struct Addend {
  private let tensor: Tensor
  private let rowStride: Int
  private let columnStride: Int
  private let columns: Int
  let form: Form

  /// How C meets the result.
  enum Form {
    /// One row that is added to every row.
    case row
    /// One element for each of the result.
    case matrix
    case other
  }

  init?(_ inputs: OperatorInputs, rows: Int, columns: Int) throws(OperatorError) {
    guard inputs.has(2) else { return nil }
    tensor = try inputs.tensor(2, of: inputs[0].type)
    let shape = tensor.shape
    let (height, width) = (shape.rank < 2 ? 1 : shape[0], shape.rank == 0 ? 1 : shape[shape.rank - 1])
    guard shape.rank <= 2, height == 1 || height == rows, width == 1 || width == columns else {
      throw .input(2, "has shape \(shape), which does not broadcast to \([rows, columns])")
    }
    columnStride = width == 1 ? 0 : 1
    rowStride = height == 1 ? 0 : width
    self.columns = columns
    form = height == 1 && width == columns ? .row : height == rows && width == columns ? .matrix : .other
  }

  /// The elements where they are one row that is added to every row.
  var row: Tensor? { form == .row ? tensor : nil }

  /// The elements where there is one for each of the result.
  var matrix: Tensor? { form == .matrix ? tensor : nil }

  /// Adds C times `scale` to a float32 result, a row at a time.
  func add(to output: inout MutableSpan<Float>, scale: Float, _ inputs: OperatorInputs) {
    guard columns > 0, tensor.count > 0 else { return }
    let factor = Tensor(scalar: scale)
    let (source, factors) = (tensor.span(of: Float.self), factor.span(of: Float.self))
    let scaled = Tensor(tensor.shape, of: Float.self) { inputs.compute.combine(.multiply, source, factors, into: &$0) }
    let elements = scaled.span(of: Float.self)
    if elements.count == output.count { return inputs.compute.combine(.add, inPlace: &output, elements) }
    for row in 0..<(output.count / columns) {
      var target = output._mutatingExtracting(row * columns..<(row + 1) * columns)
      let start = row * rowStride
      inputs.compute.combine(
        .add, inPlace: &target, elements.extracting(start..<start + (columnStride == 0 ? 1 : columns)))
    }
  }

  /// Adds C times `scale` to a result.
  func add<Number: TensorElement & FloatingPoint>(to output: inout MutableSpan<Number>, scale: Number) {
    let elements = tensor.span(of: Number.self)
    guard columns > 0 else { return }
    for row in 0..<(output.count / columns) {
      for column in 0..<columns {
        output[row * columns + column] += scale * elements[row * rowStride + column * columnStride]
      }
    }
  }
}
