import Tensors

/// A part of a matrix that lies in one piece in row-major order: whole rows, or a piece of one row.
struct MatrixPart: Hashable, Sendable {
  let rows: Range<Int>
  let columns: Range<Int>
  /// The number of columns of the whole matrix.
  let width: Int

  /// The number of elements: 4 MiB of float32.
  static let sizeLimit = 1 << 20

  /// The elements, counted from the start of the matrix.
  var elements: Range<Int> {
    let start = rows.lowerBound * width + columns.lowerBound
    return start..<start + rows.count * columns.count
  }

  /// Cuts a matrix into parts of at most `limit` elements, in the order of its elements.
  static func parts(rows: Int, columns: Int, limit: Int = sizeLimit) -> [MatrixPart] {
    guard rows > 0, columns > 0 else { return [] }
    let height = max(1, limit / columns)
    return stride(from: 0, to: rows, by: height).flatMap { row in
      stride(from: 0, to: columns, by: limit).map { column in
        MatrixPart(
          rows: row..<min(row + height, rows), columns: column..<min(column + limit, columns), width: columns)
      }
    }
  }

  /// The parts of a tensor: of a matrix as it is, of any other as one long row.
  static func parts(of shape: Shape) -> [MatrixPart] {
    shape.rank == 2 ? parts(rows: shape[0], columns: shape[1]) : parts(rows: 1, columns: shape.count)
  }
}

extension Tensor {
  /// The elements of a part as a tensor of rank 1. Elements are of whole bytes.
  func slice(_ part: MatrixPart) -> Tensor {
    guard let width = type.byteWidth else { preconditionFailure("a part of a tensor of \(type)") }
    let range = part.elements
    let bytes = bytes.slice(range.lowerBound * width..<range.upperBound * width)
    guard let slice = Tensor([range.count], type: type, bytes: bytes) else {
      preconditionFailure("\(bytes.count) bytes for \(range.count) elements of \(type)")
    }
    return slice
  }
}
