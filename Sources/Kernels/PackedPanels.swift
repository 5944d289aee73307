internal import CKernels

/// A matrix of weights in the order in which the kernels read it (`ck_gemm_f32.h`).
struct PackedPanels: Sendable {
  let memory: AlignedMemory
  let type: ck_weight_type
  let depth: Int
  let columns: Int

  /// Whether `memory` is one plain column and not panels.
  let isVector: Bool

  static let panelColumns = CK_PANEL_COLUMNS

  var panelCount: Int { parts(of: columns, size: Self.panelColumns) }

  /// Packs `columns` columns, the element of row k and column n lying at `rows[k] + n * columnStride`.
  @unsafe init(
    _ weights: UnsafePointer<Float>?, rows: [Int], columnStride: Int, columns: Int, vectorAllowed: Bool
  ) {
    depth = rows.count
    self.columns = columns
    type = CK_WEIGHT_F32
    isVector = vectorAllowed && columns == 1
    let elements = isVector ? rows.count : Self.elementCount(depth: rows.count, columns: columns)
    memory = AlignedMemory(byteCount: elements * MemoryLayout<Float>.stride)
    guard let weights = unsafe weights else { return }
    if isVector {
      let vector = unsafe memory.elements(of: Float.self)
      for (index, offset) in rows.enumerated() { unsafe vector[index] = weights[offset] }
    } else {
      unsafe Self.pack(
        weights, rows: rows, columnStride: columnStride, columns: columns,
        panels: 0..<panelCount, into: memory.elements())
    }
  }

  /// Packs `columns` columns of 16-bit weights in the same way.
  @unsafe init(
    half weights: UnsafePointer<UInt16>?, type: ck_weight_type, rows: [Int], columnStride: Int, columns: Int
  ) {
    depth = rows.count
    self.columns = columns
    self.type = type
    isVector = false
    memory = AlignedMemory(
      byteCount: Self.elementCount(depth: rows.count, columns: columns) * MemoryLayout<UInt16>.stride)
    guard let weights = unsafe weights else { return }
    unsafe rows.withUnsafeBufferPointer { rows in
      let layout = unsafe ck_weight_layout(
        rows: rows.baseAddress, row_count: rows.count, column_stride: columnStride, columns: columns)
      unsafe ck_pack_panels_16(weights, layout, 0, panelCount, memory.elements())
    }
  }

  /// The elements of packed panels, the zeros that fill the last one included.
  static func elementCount(depth: Int, columns: Int) -> Int {
    depth * parts(of: columns, size: panelColumns) * panelColumns
  }

  /// Packs some of the panels; `target` is where the first panel of all goes.
  @unsafe static func pack(
    _ weights: UnsafePointer<Float>, rows: [Int], columnStride: Int, columns: Int, panels: Range<Int>,
    into target: UnsafeMutablePointer<Float>
  ) {
    unsafe rows.withUnsafeBufferPointer { rows in
      let layout = unsafe ck_weight_layout(
        rows: rows.baseAddress, row_count: rows.count, column_stride: columnStride, columns: columns)
      unsafe ck_pack_panels_32(
        UnsafeRawPointer(weights).assumingMemoryBound(to: UInt32.self), layout, panels.lowerBound, panels.count,
        UnsafeMutableRawPointer(target).assumingMemoryBound(to: UInt32.self))
    }
  }
}

/// Where the rows of a matrix begin, and how far apart its columns are.
struct MatrixOrder {
  let rows: [Int]
  let columnStride: Int

  /// A dense matrix of `rows` × `columns`, stored row after row, or column after column where `transposed`.
  init(rows: Int, columns: Int, transposed: Bool) {
    self.rows = (0..<rows).map { transposed ? $0 : $0 * columns }
    columnStride = transposed ? rows : 1
  }
}
