public import Kernels
public import Tensors

/// A tensor of any size read as float32 numbers, a part at a time: one of float32, float16 or bfloat16, or a matrix of
/// int8 with one scale per row. Its bytes may be unaligned.
public struct RealTensor: Sendable {
  public let tensor: Tensor

  /// What the integers of each row are multiplied by; empty unless the type is int8.
  public let scales: [Float]

  /// A floating-point tensor; nil for any other type.
  public init?(_ tensor: Tensor) {
    guard tensor.type == .float32 || tensor.type.isHalf else { return nil }
    self.tensor = tensor
    scales = []
  }

  /// An int8 matrix [out, in] with its scales: floating-point numbers, one per row or one for all.
  public init(_ integers: Tensor, scales: Tensor, compute: Compute) throws(VerificationError) {
    guard integers.type == .int8, integers.shape.rank == 2 else {
      throw VerificationError("\(integers.type) of shape \(integers.shape) cannot have scales, only an int8 matrix can")
    }
    let rows = integers.shape[0]
    guard let real = RealTensor(scales), scales.count == rows || scales.count == 1 else {
      throw VerificationError(
        "its scales are \(scales.type) of shape \(scales.shape), expected floating-point numbers of shape [\(rows), 1]")
    }
    let values = real.floats(compute)
    tensor = integers
    self.scales = values.count == rows ? values : [Float](repeating: values[0], count: rows)
  }

  public var shape: Shape { tensor.shape }

  /// All elements as float32.
  func floats(_ compute: Compute) -> [Float] {
    guard let numbers = Tensor(shape, type: .float32, bytes: bytes(of: MatrixPart.whole(shape), compute)) else {
      preconditionFailure("elements were lost")
    }
    return numbers.array()
  }

  /// The elements of a part as the bytes of float32 numbers: of the tensor itself where it is of that type.
  func bytes(of part: MatrixPart, _ compute: Compute) -> Bytes {
    let slice = tensor.slice(part)
    let shape = slice.shape
    switch tensor.type {
    case .float32:
      return slice.bytes
    case .float16:
      return Tensor(shape, of: Float.self) { compute.convert(bytes: slice.bytes.span, of: Half.self, into: &$0) }.bytes
    case .bfloat16:
      return Tensor(shape, of: Float.self) { compute.convert(bytes: slice.bytes.span, of: BFloat16.self, into: &$0) }
        .bytes
    default:
      let scale = LinearScale(rowScales: scales, of: part)
      return Tensor(shape, of: Float.self) {
        compute.dequantize(bytes: slice.bytes.span, of: Int8.self, scale, into: &$0)
      }.bytes
    }
  }
}

extension MatrixPart {
  /// The whole of a tensor as one part, for tensors that are known to be small.
  static func whole(_ shape: Shape) -> MatrixPart {
    let rows = shape.rank == 2 ? shape[0] : 1
    let columns = shape.rank == 2 ? shape[1] : shape.count
    return MatrixPart(rows: 0..<rows, columns: 0..<columns, width: columns)
  }
}

extension LinearScale {
  /// Symmetric scales of the rows that `part` touches.
  init(rowScales: [Float], of part: MatrixPart) {
    self.init(
      scales: Array(rowScales[part.rows]), zeroPoints: [Int32](repeating: 0, count: part.rows.count),
      inner: part.columns.count)
  }
}
