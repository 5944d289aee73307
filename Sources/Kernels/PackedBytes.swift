internal import CKernels

/// Signed byte weights in the order in which the kernels read them (`ck_gemm_u8s8.h`), group after group.
final class PackedBytes: Int8Weights, Sendable {
  let memory: AlignedMemory
  /// The rows of one group's matrix, K.
  let depth: Int
  /// Runs of rows whose activations are neighbours; see `ck_gemm_f32.h`.
  let runCount: Int
  /// The columns of one group's matrix, N.
  let columns: Int
  let groups: Int
  /// The sums of the packed columns, for each group up to the end of its last panel.
  let columnSums: [Int32]
  /// The zero points of all groups' columns; nil where all are 0. Where they are not, each group has a further column of
  /// ones, whose product is the sum of the activations, by which zero points are to be multiplied.
  let zeroPoints: [Int32]?

  var packedColumns: Int { zeroPoints == nil ? columns : columns + 1 }
  /// The panels of one group.
  var panelCount: Int { parts(of: packedColumns, size: PackedPanels.panelColumns) }

  /// Packs weights. `flip` makes bytes signed; `zeroPoints` are those of the signed bytes, one for each column.
  @unsafe init(
    _ weights: UnsafePointer<UInt8>?, flip: UInt8, order: WeightOrder, runCount: Int, zeroPoints: [Int32]
  ) {
    precondition(zeroPoints.count == order.columns * order.groups, "\(zeroPoints.count) zero points")
    depth = order.rows.count
    self.runCount = runCount
    columns = order.columns
    groups = order.groups
    self.zeroPoints = zeroPoints.allSatisfy { $0 == 0 } ? nil : zeroPoints
    if self.zeroPoints == nil {
      (memory, columnSums) = unsafe Self.pack(weights, flip: flip, order: order, runCount: runCount)
    } else {
      let (widened, widenedOrder) = unsafe Self.withOnes(weights, one: 1 ^ flip, order: order)
      (memory, columnSums) = unsafe widened.withUnsafeBufferPointer { widened in
        unsafe Self.pack(widened.baseAddress, flip: flip, order: widenedOrder, runCount: runCount)
      }
    }
  }

  /// The same matrices with a further column in which every element is `one`.
  @unsafe private static func withOnes(
    _ weights: UnsafePointer<UInt8>?, one: UInt8, order: WeightOrder
  ) -> ([UInt8], WeightOrder) {
    let (depth, columns) = (order.rows.count, order.columns + 1)
    var widened = [UInt8](repeating: one, count: order.groups * depth * columns)
    for group in 0..<order.groups {
      for (k, row) in order.rows.enumerated() {
        for n in 0..<order.columns {
          let weight = unsafe weights![group * order.groupStride + row + n * order.columnStride]
          widened[(group * depth + k) * columns + n] = weight
        }
      }
    }
    let widenedOrder = WeightOrder(
      rows: (0..<depth).map { $0 * columns }, columnStride: 1, columns: columns, groups: order.groups,
      groupStride: depth * columns)
    return (widened, widenedOrder)
  }

  @unsafe private static func pack(
    _ weights: UnsafePointer<UInt8>?, flip: UInt8, order: WeightOrder, runCount: Int
  ) -> (AlignedMemory, [Int32]) {
    let groupBytes = order.panelCount * ck_s8_panel_bytes(runCount, runCount > 0 ? order.rows.count / runCount : 0)
    let groupSums = order.panelCount * PackedPanels.panelColumns
    let memory = AlignedMemory(byteCount: order.groups * groupBytes)
    var sums = [Int32](repeating: 0, count: order.groups * groupSums)
    guard let weights = unsafe weights else { return (memory, sums) }
    unsafe sums.withUnsafeMutableBufferPointer { sums in
      unsafe order.withLayout { layout in
        for group in 0..<order.groups {
          unsafe ck_pack_panels_s8(
            weights + group * order.groupStride, layout, runCount, flip, memory.elements() + group * groupBytes,
            sums.baseAddress! + group * groupSums)
        }
      }
    }
    return (memory, sums)
  }

  func offsets(zeroPoint: Int32, bias: [Int32]) -> [Int32] {
    let groupSums = panelCount * PackedPanels.panelColumns
    var offsets = [Int32](repeating: 0, count: groups * columns)
    for group in 0..<groups {
      for column in 0..<columns {
        offsets[group * columns + column] = 0 &- zeroPoint &* columnSums[group * groupSums + column]
      }
    }
    if !bias.isEmpty {
      for column in offsets.indices { offsets[column] = offsets[column] &+ bias[column] }
    }
    if let zeroPoints {
      let factor = Int32(truncatingIfNeeded: depth) &* zeroPoint
      for column in offsets.indices { offsets[column] = offsets[column] &+ factor &* zeroPoints[column] }
    }
    return offsets
  }
}
