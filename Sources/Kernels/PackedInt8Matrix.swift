internal import CKernels

/// A matrix of integer weights that products are taken with again and again, arranged in the order that kernels read.
///
/// It is the right operand: a product of M rows with a packed K × N matrix has M × N elements. Copies share the memory.
public struct PackedInt8Matrix: Sendable {
  /// The number of rows, K.
  public let rows: Int
  /// The number of columns, N.
  public let columns: Int
  let bytes: PackedBytes

  /// Packs a matrix of `rows` × `columns` weights in row-major order; where `transposed`, they are given column by column.
  ///
  /// Unsigned weights are stored as signed ones by subtracting 128 from them and from their zero points.
  ///
  /// - Parameter zeroPoints: One for all columns, or one for each. Where one is not 0 (128 for unsigned weights),
  ///   products take a second pass over their sums.
  public init<Weight: QuantizedByte>(
    _ weights: Span<Weight>, rows: Int, columns: Int, transposed: Bool = false, zeroPoints: [Int32] = []
  ) {
    checkMatrix(weights.count, rows: rows, columns: columns)
    let order = WeightOrder(rows: rows, columns: columns, transposed: transposed)
    self.rows = rows
    self.columns = columns
    bytes = unsafe PackedBytes(
      UnsafeRawPointer(weights.address)?.assumingMemoryBound(to: UInt8.self), flip: Weight.signedFlip, order: order,
      runCount: 1, zeroPoints: Weight.signedZeroPoints(zeroPoints, columns: columns))
  }
}

extension QuantizedByte {
  /// What a byte is XORed with to become signed.
  static var signedFlip: UInt8 { unsignedFlip ^ 0x80 }

  /// The zero points of weights turned signed, one for each column; none given are zeros.
  static func signedZeroPoints(_ zeroPoints: [Int32], columns: Int) -> [Int32] {
    precondition(zeroPoints.count <= 1 || zeroPoints.count == columns, "\(zeroPoints.count) zero points")
    return (0..<columns).map { n in
      let zeroPoint = zeroPoints.isEmpty ? 0 : zeroPoints[zeroPoints.count == 1 ? 0 : n]
      return zeroPoint - Int32(signedFlip)
    }
  }

  /// The zero point of activations turned unsigned.
  static func unsignedZeroPoint(_ zeroPoint: Int32) -> Int32 { zeroPoint + Int32(unsignedFlip) }
}
