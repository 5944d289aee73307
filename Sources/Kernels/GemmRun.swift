internal import CKernels

extension Compute {
  /// Runs a product that is known to lie within its operands.
  @unsafe func runProduct(_ product: ck_gemm_f32, isVector: Bool) {
    nonisolated(unsafe) let family = unsafe ck_gemm_f32_for(tier.identifier)!
    let panels = parts(of: unsafe product.columns, size: PackedPanels.panelColumns)
    let work = unsafe product.rows * product.columns * product.run_count * product.run_length
    let partition = unsafe GemmPartition(
      rows: product.rows, panels: panels, tileRows: family.pointee.tile_rows, threads: threads(for: work))

    // What several parts read is prepared once for all of them.
    var gemm = unsafe product
    let sharesRows = partition.panelParts > 1
    let sharesPanels = partition.count > partition.panelParts
    let roundsOnce = isVector || (sharesRows && partition.rows > Self.mostRoundedRows)
    let rounded = roundsOnce ? unsafe roundLeft(of: &gemm) : nil
    let widened = sharesPanels || !sharesRows ? unsafe widenPanels(of: &gemm, family) : nil
    unsafe runParts(of: gemm, isVector: isVector, partition, family, work: work)
    extendLifetime((rounded, widened))
  }

  @unsafe private func runParts(
    of gemm: ck_gemm_f32, isVector: Bool, _ partition: GemmPartition, _ family: UnsafePointer<ck_gemm_f32_family>,
    work: Int
  ) {
    nonisolated(unsafe) let (gemm, family) = unsafe (gemm, family)
    run(chunks: partition.count, work: work) { chunk in
      let part = partition.part(chunk)
      unsafe withUnsafePointer(to: gemm) { gemm in
        if isVector {
          unsafe ck_gemm_f32_run_vector(family, gemm, part.first_row, part.row_count)
        } else {
          unsafe ck_gemm_f32_run(family, gemm, part)
        }
      }
    }
  }

  /// Has a product whose left operand is to be rounded read it from memory where it is; nil where it is not to be.
  @unsafe private func roundLeft(of gemm: inout ck_gemm_f32) -> AlignedMemory? {
    guard let round = unsafe gemm.round else { return nil }
    let (rows, count, stride) = unsafe (gemm.rows, gemm.run_length, gemm.a_stride)
    let memory = AlignedMemory(byteCount: rows * count * MemoryLayout<Float>.stride)
    let tier = tier.identifier
    nonisolated(unsafe) let (source, target) = unsafe (gemm.a!, memory.elements(of: Float.self))
    let chunkRows = max(Self.roundedElements / max(count, 1), 1)
    run(chunks: parts(of: rows, size: chunkRows), work: rows * count) { chunk in
      for row in chunk * chunkRows..<min((chunk + 1) * chunkRows, rows) {
        unsafe round(tier, source + row * stride, target + row * count, count)
      }
    }
    unsafe gemm.a = UnsafePointer(target)
    unsafe gemm.a_stride = count
    unsafe gemm.round = nil
    return memory
  }

  /// So few rows a thread rounds sooner by itself than it gets them from the processor that has.
  private static let mostRoundedRows = 8

  /// Elements that are rounded at a time.
  private static let roundedElements = 16_384

  /// Has a product with 16-bit weights read them as float32; nil where it is done sooner without, or where they are
  /// float32 already.
  @unsafe private func widenPanels(
    of gemm: inout ck_gemm_f32, _ family: UnsafePointer<ck_gemm_f32_family>
  ) -> AlignedMemory? {
    let (leastRows, type) = unsafe (family.pointee.widening_rows, gemm.weight_type)
    guard type != CK_WEIGHT_F32, leastRows > 0, unsafe gemm.rows >= leastRows else { return nil }
    let panels = parts(of: unsafe gemm.columns, size: PackedPanels.panelColumns)
    let panelElements = unsafe gemm.panel_rows * PackedPanels.panelColumns
    let byteCount = panels * panelElements * MemoryLayout<Float>.stride
    guard byteCount <= Self.mostWidenedBytes else { return nil }

    let memory = AlignedMemory(byteCount: byteCount)
    nonisolated(unsafe) let widen = unsafe family.pointee.widen!
    nonisolated(unsafe) let weights = unsafe gemm.panels.assumingMemoryBound(to: UInt16.self)
    run(chunks: panels, work: panels * panelElements) { panel in
      let first = panel * panelElements
      unsafe widen(type, weights + first, panelElements, memory.elements() + first)
    }
    unsafe gemm.panels = UnsafeRawPointer(memory.address)
    unsafe gemm.weight_type = CK_WEIGHT_F32
    return memory
  }

  /// A part of the L3 cache. Beyond, parts widen some panels at a time and use them while they are in it.
  private static let mostWidenedBytes = 8 << 20
}
