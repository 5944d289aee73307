import Kernels
import Tensors

/// A right-hand matrix of a float32 product, packed for the kernels.
struct PackedFloatMatrix: Sendable {
  let rows: Int
  let columns: Int
  private let elements: Tensor

  /// Packs a tensor of rank 2, or its transpose; nil where it is not of float32.
  init?(_ tensor: Tensor, transposed: Bool = false) {
    guard tensor.type == .float32 else { return nil }
    let (outer, inner) = (tensor.shape[0], tensor.shape[1])
    (rows, columns) = transposed ? (inner, outer) : (outer, inner)
    let source = tensor.span(of: Float.self)
    elements = Tensor([rows, columns], of: Float.self) { target in
      for row in 0..<outer {
        for column in 0..<inner {
          target[transposed ? column * outer + row : row * inner + column] = source[row * inner + column]
        }
      }
    }
  }

  /// Writes the product of `left`, of `rows` columns, with this matrix to `output`, with an epilogue.
  func multiply(
    _ left: Span<Float>, into output: inout MutableSpan<Float>, scale: Float = 1, bias: Tensor? = nil,
    limits: ClosedRange<Float> = -.infinity...(.infinity), compute: Compute
  ) {
    for index in output.indices { output[index] = 0 }
    addProduct(left, elements.span(of: Float.self), to: &output, depth: rows, columns: columns)
    let bias = bias?.array(of: Float.self) ?? []
    for index in output.indices {
      let addend = bias.isEmpty ? 0 : bias[index % columns]
      output[index] = (output[index] * scale + addend).limited(to: limits)
    }
  }
}

/// The product of two tensors of one type as `shape` pairs their matrices; `packed` is the right one, if known.
func product(
  _ left: Tensor, _ right: Tensor, _ shape: MatrixProductShape, packed: PackedFloatMatrix? = nil, scale: Float = 1,
  compute: Compute
) throws(OperatorError) -> Tensor {
  switch left.type {
  case .float32: return shape.floatProduct(left, right, packed: packed, scale: scale, compute: compute)
  case _ where scale != 1: throw .input(0, "has type \(left.type), expected float32")
  case .float64: return shape.directProduct(left, right, of: Double.self)
  case .int32: return shape.directProduct(left, right, of: Int32.self)
  case .int64: return shape.directProduct(left, right, of: Int64.self)
  case .uint32: return shape.directProduct(left, right, of: UInt32.self)
  case .uint64: return shape.directProduct(left, right, of: UInt64.self)
  default: throw .input(0, "has type \(left.type), expected a floating-point type or 32- or 64-bit integers")
  }
}

extension MatrixProductShape {
  fileprivate func floatProduct(
    _ left: Tensor, _ right: Tensor, packed: PackedFloatMatrix?, scale: Float, compute: Compute
  ) -> Tensor {
    let a = left.span(of: Float.self)
    return Tensor(output, of: Float.self) { elements in
      var known: (index: Int, matrix: PackedFloatMatrix)?
      if let packed { known = (0, packed) }
      for (index, pair) in pairs.enumerated() {
        if known?.index != pair.right {
          known = PackedFloatMatrix(right.matrix(pair.right, rows: depth, columns: columns)).map { (pair.right, $0) }
        }
        guard let matrix = known?.matrix else { return }
        var part = elements._mutatingExtracting((index * rows * columns)..<((index + 1) * rows * columns))
        let start = pair.left * rows * depth
        matrix.multiply(
          a.extracting(start..<(start + rows * depth)), into: &part, scale: scale, compute: compute)
      }
    }
  }
}

extension Tensor {
  /// One of the matrices of `rows` by `columns` elements that lie in this tensor one after the other.
  func matrix(_ index: Int, rows: Int, columns: Int) -> Tensor {
    let size = rows * columns * (type.byteWidth ?? 0)
    let bytes = bytes.slice((index * size)..<((index + 1) * size))
    guard let matrix = Tensor([rows, columns], type: type, bytes: bytes) else {
      preconditionFailure("no matrix \(index) of \(rows) by \(columns) in \(shape)")
    }
    return matrix
  }

  /// A matrix with rows and columns exchanged.
  func transposedMatrix(compute: Compute) -> Tensor {
    swappingAxes(batch: 1, rows: shape[0], columns: shape[1], compute: compute).reshaped([shape[1], shape[0]])
  }
}
