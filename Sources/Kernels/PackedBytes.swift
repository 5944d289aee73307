internal import CKernels

/// A matrix of signed byte weights in the order in which the kernels read it (`ck_gemm_u8s8.h`).
struct PackedBytes: Sendable {
  let memory: AlignedMemory
  /// The number of rows, K.
  let depth: Int
  /// Runs of rows that follow each other in memory; see `ck_gemm_f32.h`.
  let runCount: Int
  /// The number of columns, N.
  let columns: Int
  /// The sum of each packed column, the columns that fill the last panel included.
  let columnSums: [Int32]
  /// The zero points of the columns; nil where all are 0. Where they are not, a further column of ones is packed,
  /// whose product is the sum of a row's activations, by which zero points are to be multiplied.
  let zeroPoints: [Int32]?

  var packedColumns: Int { zeroPoints == nil ? columns : columns + 1 }
  var panelCount: Int { parts(of: packedColumns, size: PackedPanels.panelColumns) }

  /// Packs `columns` columns, the weight of row k and column n lying at `rows[k] + n * columnStride`. `flip` makes bytes
  /// signed; `zeroPoints` are those of the signed bytes, one for each column or none.
  @unsafe init(
    _ weights: UnsafePointer<UInt8>?, flip: UInt8, rows: [Int], runCount: Int, columnStride: Int, columns: Int,
    zeroPoints: [Int32]
  ) {
    depth = rows.count
    self.runCount = runCount
    self.columns = columns
    self.zeroPoints = zeroPoints.allSatisfy { $0 == 0 } ? nil : zeroPoints
    precondition(zeroPoints.isEmpty || zeroPoints.count == columns, "\(zeroPoints.count) zero points")
    if self.zeroPoints == nil {
      (memory, columnSums) = unsafe Self.pack(
        weights, flip: flip, rows: rows, runCount: runCount, columnStride: columnStride, columns: columns)
    } else {
      var widened = [UInt8](repeating: 1 ^ flip, count: rows.count * (columns + 1))
      for (k, row) in rows.enumerated() {
        for n in 0..<columns { unsafe widened[k * (columns + 1) + n] = weights![row + n * columnStride] }
      }
      (memory, columnSums) = unsafe widened.withUnsafeBufferPointer { widened in
        unsafe Self.pack(
          widened.baseAddress, flip: flip, rows: rows.indices.map { $0 * (columns + 1) }, runCount: runCount,
          columnStride: 1, columns: columns + 1)
      }
    }
  }

  @unsafe private static func pack(
    _ weights: UnsafePointer<UInt8>?, flip: UInt8, rows: [Int], runCount: Int, columnStride: Int, columns: Int
  ) -> (AlignedMemory, [Int32]) {
    let panelCount = parts(of: columns, size: PackedPanels.panelColumns)
    let panelBytes = ck_s8_panel_bytes(runCount, runCount > 0 ? rows.count / runCount : 0)
    let memory = AlignedMemory(byteCount: panelCount * panelBytes)
    var sums = [Int32](repeating: 0, count: panelCount * PackedPanels.panelColumns)
    unsafe rows.withUnsafeBufferPointer { rows in
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        let layout = unsafe ck_weight_layout(
          rows: rows.baseAddress, row_count: rows.count, column_stride: columnStride, columns: columns)
        unsafe ck_pack_panels_s8(weights, layout, runCount, flip, memory.elements(), sums.baseAddress)
      }
    }
    return (memory, sums)
  }

  /// What is added to each sum besides the products: the bias, and what the zero point of the activations contributes.
  func offsets(zeroPoint: Int32, bias: [Int32]) -> [Int32] {
    (0..<columns).map { n in
      var offset = (bias.isEmpty ? 0 : bias[n]) &- zeroPoint &* columnSums[n]
      if let zeroPoints { offset = offset &+ Int32(truncatingIfNeeded: depth) &* zeroPoint &* zeroPoints[n] }
      return offset
    }
  }
}
