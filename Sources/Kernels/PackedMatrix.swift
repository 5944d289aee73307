public import Tensors

internal import CKernels

/// A float32 matrix that products are taken with again and again, arranged once in the order that kernels read.
///
/// It is the right operand: a product of M rows with a packed K × N matrix has M × N elements. Every tier reads the same
/// arrangement. Copies share the memory.
public struct PackedMatrix: Sendable {
  /// The number of rows, K.
  public let rows: Int
  /// The number of columns, N.
  public let columns: Int
  let panels: PackedPanels

  /// Packs a matrix of `rows` × `columns` elements in row-major order; where `transposed`, they are given column by
  /// column, that is as the `columns` × `rows` matrix it is the transpose of.
  public init(_ elements: Span<Float>, rows: Int, columns: Int, transposed: Bool = false) {
    checkMatrix(elements.count, rows: rows, columns: columns)
    let order = WeightOrder(rows: rows, columns: columns, transposed: transposed)
    self.rows = rows
    self.columns = columns
    panels = unsafe PackedPanels(elements.address, order: order, vectorAllowed: true)
  }
}

/// A matrix of 16-bit floating-point weights, packed like `PackedMatrix`.
///
/// Weights are widened to float32, which is exact, where they are used; sums are float32. With few rows on the left the
/// product takes as long as reading the weights does, so half the bytes are nearly half the time.
public struct PackedHalfMatrix: Sendable {
  /// The number of rows, K.
  public let rows: Int
  /// The number of columns, N.
  public let columns: Int
  let panels: PackedPanels

  /// Packs binary16 weights in row-major order, or column by column where `transposed`.
  public init(_ elements: Span<Half>, rows: Int, columns: Int, transposed: Bool = false) {
    let bits = unsafe UnsafeRawPointer(elements.address)?.assumingMemoryBound(to: UInt16.self)
    unsafe self.init(
      bits, count: elements.count, type: CK_WEIGHT_F16, rows: rows, columns: columns, transposed: transposed)
  }

  /// Packs bfloat16 weights in row-major order, or column by column where `transposed`.
  public init(_ elements: Span<BFloat16>, rows: Int, columns: Int, transposed: Bool = false) {
    let bits = unsafe UnsafeRawPointer(elements.address)?.assumingMemoryBound(to: UInt16.self)
    unsafe self.init(
      bits, count: elements.count, type: CK_WEIGHT_BF16, rows: rows, columns: columns, transposed: transposed)
  }

  @unsafe private init(
    _ bits: UnsafePointer<UInt16>?, count: Int, type: ck_weight_type, rows: Int, columns: Int, transposed: Bool
  ) {
    checkMatrix(count, rows: rows, columns: columns)
    let order = WeightOrder(rows: rows, columns: columns, transposed: transposed)
    self.rows = rows
    self.columns = columns
    panels = unsafe PackedPanels(half: bits, type: type, order: order)
  }
}

func checkMatrix(_ count: Int, rows: Int, columns: Int) {
  precondition(rows >= 0 && columns >= 0 && rows * columns == count, "\(count) elements for \(rows) × \(columns)")
}
