internal import CKernels

extension Compute {
  /// Runs a product that is known to lie within its operands.
  @unsafe func runProduct(_ product: ck_gemm_f32, isVector: Bool) {
    nonisolated(unsafe) let family = unsafe ck_gemm_f32_for(tier.identifier)!
    let panels = parts(of: unsafe product.columns, size: PackedPanels.panelColumns)
    let work = unsafe product.rows * product.columns * product.run_count * product.run_length
    let partition = unsafe GemmPartition(
      rows: product.rows, panels: panels, tileRows: family.pointee.tile_rows, threads: threads(for: work))

    // Rows that several parts read are rounded once for all of them.
    var gemm = unsafe product
    let sharesRows = partition.panelParts > 1
    let roundsOnce = isVector || (sharesRows && partition.rows > Self.mostRoundedRows)
    let rounded = roundsOnce ? unsafe roundLeft(of: &gemm) : nil
    unsafe runParts(of: gemm, isVector: isVector, partition, family, work: work)
    extendLifetime(rounded)
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
}
