import Tensors

extension Tensor {
  /// The tensor with its axes in reverse order, in row-major order again. Elements have 1, 2, 4 or 8 bytes.
  func reversingAxes() -> Tensor {
    let reversed = Shape(shape.dimensions.reversed())
    guard count > 0, shape.rank > 1 else { return reshaped(reversed) }
    switch type.byteWidth {
    case 1: return transposed(to: reversed, as: UInt8.self)
    case 2: return transposed(to: reversed, as: UInt16.self)
    case 4: return transposed(to: reversed, as: UInt32.self)
    case 8: return transposed(to: reversed, as: UInt64.self)
    default: preconditionFailure("axes of \(type) reversed")
    }
  }

  private func transposed<Bits: TensorElement>(to reversed: Shape, as _: Bits.Type) -> Tensor {
    let tensor = aligned()
    let source = tensor.bits(as: Bits.self)
    var positions = ColumnMajorPositions(reversed)
    let result = Tensor(reversed, of: Bits.self) { elements in
      for index in elements.indices { elements[index] = source[positions.next()] }
    }
    return result.reinterpreted(as: type)
  }
}

/// Walks through a shape in row-major order and says where each element lies in a column-major array.
private struct ColumnMajorPositions {
  private let sizes: [Int]
  /// The distance between neighbours along each axis of the column-major array.
  private let strides: [Int]
  private var indices: [Int]
  private var position = 0

  init(_ shape: Shape) {
    sizes = shape.dimensions
    strides = (0..<shape.rank).map { shape.count(of: 0..<$0) }
    indices = [Int](repeating: 0, count: shape.rank)
  }

  mutating func next() -> Int {
    defer { advance() }
    return position
  }

  private mutating func advance() {
    for axis in sizes.indices.reversed() {
      indices[axis] += 1
      position += strides[axis]
      if indices[axis] < sizes[axis] { return }
      position -= sizes[axis] * strides[axis]
      indices[axis] = 0
    }
  }
}
