import Kernels
import Tensors

/// A constant right-hand matrix of a float32 product, packed for the kernels.
///
/// Two-byte weights stay two bytes wide: they are widened, exactly, as the product reads them. A single column is
/// widened beforehand, since it is short and the kernel for it reads float32; so is a small matrix, which stays in the
/// cache and is no faster to read for being smaller.
struct PackedFloatMatrix: Sendable {
  enum Storage: Sendable {
    case full(PackedMatrix)
    case half(PackedHalfMatrix)
  }

  let storage: Storage

  /// Matrices of at most so many elements take a part of the L2 cache as float32.
  private static let smallCount = 32_768

  /// Packs a tensor of rank 2, or its transpose; nil where it is not of float32 or a two-byte floating-point type.
  init?(_ tensor: Tensor, transposed: Bool = false) {
    guard tensor.shape.rank == 2 else { return nil }
    let (outer, inner) = (tensor.shape[0], tensor.shape[1])
    let (rows, columns) = transposed ? (inner, outer) : (outer, inner)
    let widens = columns == 1 || tensor.count <= Self.smallCount
    let tensor = widens ? tensor.widened : tensor.aligned()
    switch tensor.type {
    case .float32:
      storage = .full(
        PackedMatrix(tensor.span(of: Float.self), rows: rows, columns: columns, transposed: transposed))
    case .float16:
      storage = .half(
        PackedHalfMatrix(tensor.span(of: Half.self), rows: rows, columns: columns, transposed: transposed))
    case .bfloat16:
      storage = .half(
        PackedHalfMatrix(tensor.span(of: BFloat16.self), rows: rows, columns: columns, transposed: transposed))
    default: return nil
    }
  }

  /// What reports add to the name of the kernel.
  var variant: String? {
    switch storage {
    case .full: columns == 1 ? "vector" : nil
    case .half: "16-bit weights"
    }
  }

  /// The number of columns of left-hand matrices.
  var rows: Int {
    switch storage {
    case .full(let matrix): matrix.rows
    case .half(let matrix): matrix.rows
    }
  }

  var columns: Int {
    switch storage {
    case .full(let matrix): matrix.columns
    case .half(let matrix): matrix.columns
    }
  }

  /// Writes the product of `left`, rows of `rows` elements one after the other, with this matrix to `output`, plus
  /// `bias` in every row and `residual`, which is as large as the output, through `activation`. Where `rounding` is a
  /// type, elements of `left` are rounded to its numbers first.
  func multiply(
    _ left: Span<Float>, into output: inout MutableSpan<Float>, bias: Tensor? = nil,
    activation: Activation = .none, residual: Tensor? = nil, rounding: HalfType? = nil, compute: Compute
  ) {
    switch storage {
    case .full(let matrix):
      guard matrix.columns > 0 else { return }
      compute.gemm(
        left, rows: output.count / matrix.columns, stride: matrix.rows, by: matrix, bias: bias.span(of: Float.self),
        activation: activation, residual: residual.span(of: Float.self), rounding: rounding, into: &output,
        stride: matrix.columns)
    case .half(let matrix):
      guard matrix.columns > 0 else { return }
      compute.gemm(
        left, rows: output.count / matrix.columns, stride: matrix.rows, by: matrix, bias: bias.span(of: Float.self),
        activation: activation, residual: residual.span(of: Float.self), rounding: rounding, into: &output,
        stride: matrix.columns)
    }
  }
}

extension MatrixProductShape {
  /// The product of two tensors of one type; `packed` is the right one, where it is constant.
  func product(
    _ left: Tensor, _ right: Tensor, packed: PackedFloatMatrix? = nil, scale: Float = 1, compute: Compute
  ) throws(OperatorError) -> Tensor {
    switch left.type {
    case .float32:
      if let packed, scale == 1, pairs.count == 1 { return product(left, packed, compute: compute) }
      return product(left, right, scale: scale, compute: compute)
    case _ where scale != 1: throw .input(0, "has type \(left.type), expected float32")
    case .float64: return directProduct(left, right, of: Double.self)
    case .int32: return directProduct(left, right, of: Int32.self)
    case .int64: return directProduct(left, right, of: Int64.self)
    case .uint32: return directProduct(left, right, of: UInt32.self)
    case .uint64: return directProduct(left, right, of: UInt64.self)
    default: throw .input(0, "has type \(left.type), expected a floating-point type or 32- or 64-bit integers")
    }
  }

  private func product(_ left: Tensor, _ right: PackedFloatMatrix, compute: Compute) -> Tensor {
    let elements = left.span(of: Float.self)
    return Tensor(output, of: Float.self) { right.multiply(elements, into: &$0, compute: compute) }
  }

  private func product(_ left: Tensor, _ right: Tensor, scale: Float, compute: Compute) -> Tensor {
    let (a, b) = (left.span(of: Float.self), right.span(of: Float.self))
    return Tensor(output, of: Float.self) { result in
      compute.batchedGemm(
        a, MatrixBatch(offsets: pairs.map { $0.left * rows * depth }, rowStride: depth),
        by: b, MatrixBatch(offsets: pairs.map { $0.right * depth * columns }, rowStride: columns),
        rows: rows, columns: columns, depth: depth, alpha: scale,
        into: &result, MatrixBatch(count: pairs.count, batchStride: rows * columns, rowStride: columns))
    }
  }
}

extension Tensor {
  /// A matrix with rows and columns exchanged.
  func transposedMatrix(compute: Compute) -> Tensor {
    swappingAxes(batch: 1, rows: shape[0], columns: shape[1], compute: compute).reshaped([shape[1], shape[0]])
  }
}
