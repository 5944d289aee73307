internal import CKernels

/// Where the elements of a matrix of weights lie: that of row k and column n at `rows[k] + n * columnStride`. Where there
/// are several groups, each has such a matrix, one every `groupStride` elements.
struct WeightOrder {
  var rows: [Int]
  var columnStride: Int
  var columns: Int
  var groups = 1
  var groupStride = 0

  /// Packed panels of one group.
  var panelCount: Int { parts(of: columns, size: PackedPanels.panelColumns) }

  /// Calls `body` with the kernels' form of the order, valid during the call.
  @unsafe func withLayout<Result>(_ body: (ck_weight_layout) -> Result) -> Result {
    unsafe rows.withUnsafeBufferPointer { rows in
      unsafe body(
        ck_weight_layout(
          rows: rows.baseAddress, row_count: rows.count, column_stride: columnStride, columns: columns))
    }
  }
}

extension WeightOrder {
  /// A dense matrix of `rows` × `columns`, stored row after row, or column after column where `transposed`.
  init(rows: Int, columns: Int, transposed: Bool) {
    self.init(
      rows: (0..<rows).map { transposed ? $0 : $0 * columns }, columnStride: transposed ? rows : 1, columns: columns)
  }
}

/// Floating-point weights in the order in which the kernels read them (`ck_gemm_f32.h`), group after group.
final class PackedPanels: Sendable {
  let memory: AlignedMemory
  let type: ck_weight_type
  /// The rows of one group's matrix, K.
  let depth: Int
  /// The columns of one group's matrix, N.
  let columns: Int
  let groups: Int

  /// Whether `memory` is one plain column and not panels.
  let isVector: Bool

  static let panelColumns = CK_PANEL_COLUMNS

  /// The panels of one group.
  var panelCount: Int { parts(of: columns, size: Self.panelColumns) }

  /// Packs float32 weights; a single column stays a plain vector where that is allowed.
  @unsafe init(_ weights: UnsafePointer<Float>?, order: WeightOrder, vectorAllowed: Bool) {
    depth = order.rows.count
    columns = order.columns
    groups = order.groups
    type = CK_WEIGHT_F32
    isVector = vectorAllowed && order.columns == 1 && order.groups == 1
    let groupElements = isVector ? depth : Self.elementCount(depth: depth, columns: columns)
    memory = AlignedMemory(byteCount: groups * groupElements * MemoryLayout<Float>.stride)
    guard let weights = unsafe weights else { return }
    let target = unsafe memory.elements(of: Float.self)
    if isVector {
      for (index, offset) in order.rows.enumerated() { unsafe target[index] = weights[offset] }
    } else {
      for group in 0..<groups {
        unsafe Self.pack(
          weights + group * order.groupStride, order: order, panels: 0..<panelCount,
          into: target + group * groupElements)
      }
    }
  }

  /// Packs 16-bit weights of one group.
  @unsafe init(half weights: UnsafePointer<UInt16>?, type: ck_weight_type, order: WeightOrder) {
    depth = order.rows.count
    columns = order.columns
    groups = 1
    self.type = type
    isVector = false
    memory = AlignedMemory(
      byteCount: Self.elementCount(depth: depth, columns: columns) * MemoryLayout<UInt16>.stride)
    guard let weights = unsafe weights else { return }
    unsafe order.withLayout { layout in
      unsafe ck_pack_panels_16(weights, layout, 0, panelCount, memory.elements())
    }
  }

  /// The elements of one group's panels, the zeros that fill the last one included.
  static func elementCount(depth: Int, columns: Int) -> Int {
    depth * parts(of: columns, size: panelColumns) * panelColumns
  }

  /// Packs some of a matrix's panels; `target` is where the first panel of all goes.
  @unsafe static func pack(
    _ weights: UnsafePointer<Float>, order: WeightOrder, panels: Range<Int>, into target: UnsafeMutablePointer<Float>
  ) {
    unsafe order.withLayout { layout in
      unsafe ck_pack_panels_32(
        UnsafeRawPointer(weights).assumingMemoryBound(to: UInt32.self), layout, panels.lowerBound, panels.count,
        UnsafeMutableRawPointer(target).assumingMemoryBound(to: UInt32.self))
    }
  }
}
