internal import CKernels

/// Where the matrices of a batch lie in a buffer: each begins at an offset of its own, all have the same row stride.
///
/// Broadcasting is a repeated offset; the heads of an attention layer are matrices whose rows lie far apart.
public struct MatrixBatch: Sendable, Hashable {
  /// Where each matrix begins, in elements.
  public var offsets: [Int]
  /// Elements from one row to the next.
  public var rowStride: Int

  /// Matrices that begin at `offsets`.
  public init(offsets: [Int], rowStride: Int) {
    self.offsets = offsets
    self.rowStride = rowStride
  }

  /// `count` matrices, one every `batchStride` elements; a stride of 0 is one matrix for all.
  public init(count: Int, batchStride: Int, rowStride: Int) {
    self.init(offsets: (0..<count).map { $0 * batchStride }, rowStride: rowStride)
  }

  func check(_ count: Int, batch: Int, rows: Int, length: Int, _ what: String) {
    precondition(offsets.count == batch, "\(what): \(offsets.count) matrices in a batch of \(batch)")
    guard let first = offsets.min(), let last = offsets.max() else { return }
    precondition(first >= 0 && rowStride >= 0, "\(what): negative offset or stride")
    let needed = last + extent(rows: rows, stride: rowStride, length: length)
    precondition(rows == 0 || length == 0 || count >= needed, "\(what): \(count) elements where \(needed) are needed")
  }
}

extension Compute {
  /// Writes `alpha · A · B` to C for each item of a batch, neither operand being known beforehand.
  ///
  /// Sums and special values are as in `gemm`.
  ///
  /// - Parameters:
  ///   - a: Matrices of `rows` × `depth` elements.
  ///   - b: Matrices of `depth` × `columns` elements, or `columns` × `depth` where `transposed`.
  ///   - c: Matrices of `rows` × `columns` elements, none overlapping another. What lies between rows is not touched.
  ///   - aBatch, bBatch, cBatch: Where the matrices lie, as many in each.
  public func batchedGemm(
    _ a: Span<Float>, _ aBatch: MatrixBatch, by b: Span<Float>, _ bBatch: MatrixBatch, transposed: Bool = false,
    rows: Int, columns: Int, depth: Int, alpha: Float = 1, into c: inout MutableSpan<Float>, _ cBatch: MatrixBatch
  ) {
    let batch = cBatch.offsets.count
    aBatch.check(a.count, batch: batch, rows: rows, length: depth, "left operand")
    bBatch.check(
      b.count, batch: batch, rows: transposed ? columns : depth, length: transposed ? depth : columns, "right operand")
    cBatch.check(c.count, batch: batch, rows: rows, length: columns, "product")
    guard batch > 0, rows > 0, columns > 0 else { return }

    let stride = bBatch.rowStride
    let job = unsafe BatchedProduct(
      a: a.address, b: b.address, c: c.mutableAddress!, aBatch: aBatch, bBatch: bBatch, cBatch: cBatch,
      rows: rows, columns: columns, depth: depth, alpha: alpha,
      bOrder: WeightOrder(
        rows: (0..<depth).map { transposed ? $0 : $0 * stride }, columnStride: transposed ? stride : 1,
        columns: columns),
      family: ck_gemm_f32_for(tier.identifier)!)
    if pool.threads == 1 || batch >= 2 * pool.threads {
      runWholeItems(job)
    } else {
      for item in 0..<batch { runShared(job, item: item) }
    }
  }

  /// Each thread multiplies items of its own.
  private func runWholeItems(_ job: BatchedProduct) {
    let batch = job.cBatch.offsets.count
    let itemsPerChunk = pool.threads == 1 ? batch : parts(of: batch, size: 4 * pool.threads)
    let work = batch * job.rows * job.columns * job.depth
    run(chunks: parts(of: batch, size: itemsPerChunk), work: work) { chunk in
      let panels = AlignedMemory(byteCount: job.panelBytes)
      var packedOffset: Int?
      for item in chunk * itemsPerChunk..<min(batch, (chunk + 1) * itemsPerChunk) {
        let offset = job.bBatch.offsets[item]
        if packedOffset != offset {
          job.pack(item: item, panels: 0..<job.panelCount, into: panels)
          packedOffset = offset
        }
        let all = ck_gemm_part(
          first_row: 0, row_count: job.rows, first_panel: 0, panel_count: job.panelCount)
        job.multiply(item: item, panels: panels, part: all)
      }
    }
  }

  /// All threads pack, then multiply, one item.
  private func runShared(_ job: BatchedProduct, item: Int) {
    let panels = AlignedMemory(byteCount: job.panelBytes)
    let panelsPerChunk = max(parts(of: job.panelCount, size: 4 * pool.threads), 1)
    run(chunks: parts(of: job.panelCount, size: panelsPerChunk), work: job.depth * job.columns) { chunk in
      let first = chunk * panelsPerChunk
      job.pack(item: item, panels: first..<min(first + panelsPerChunk, job.panelCount), into: panels)
    }
    let partition = GemmPartition(
      rows: job.rows, panels: job.panelCount, tileRows: job.tileRows, threads: pool.threads)
    run(chunks: partition.count, work: job.rows * job.columns * job.depth) { chunk in
      job.multiply(item: item, panels: panels, part: partition.part(chunk))
    }
  }
}

/// The operands of a batched product. Only used while the caller's spans live.
@safe private struct BatchedProduct: @unchecked Sendable {
  let a: UnsafePointer<Float>?
  let b: UnsafePointer<Float>?
  let c: UnsafeMutablePointer<Float>
  let aBatch: MatrixBatch
  let bBatch: MatrixBatch
  let cBatch: MatrixBatch
  let rows: Int
  let columns: Int
  let depth: Int
  let alpha: Float
  let bOrder: WeightOrder
  let family: UnsafePointer<ck_gemm_f32_family>

  var panelCount: Int { bOrder.panelCount }
  var panelBytes: Int {
    PackedPanels.elementCount(depth: depth, columns: columns) * MemoryLayout<Float>.stride
  }
  var tileRows: Int { unsafe family.pointee.tile_rows }

  /// Packs panels of an item's right operand.
  func pack(item: Int, panels: Range<Int>, into memory: AlignedMemory) {
    guard let b = unsafe b else { return }
    unsafe PackedPanels.pack(
      b + bBatch.offsets[item], order: bOrder, panels: panels, into: memory.elements())
  }

  /// Computes a part of an item's product.
  func multiply(item: Int, panels: AlignedMemory, part: ck_gemm_part) {
    var oneRun = 0
    unsafe withUnsafePointer(to: &oneRun) { run in
      var gemm = unsafe ck_gemm_f32(limits: Activation.none.limits)
      unsafe gemm.a = (a ?? UnsafePointer(panels.elements())) + aBatch.offsets[item]
      unsafe gemm.a_stride = aBatch.rowStride
      unsafe gemm.runs = run
      unsafe gemm.run_count = 1
      unsafe gemm.run_length = depth
      unsafe gemm.panel_rows = depth
      unsafe gemm.panels = UnsafeRawPointer(panels.address)
      unsafe gemm.rows = rows
      unsafe gemm.columns = columns
      unsafe gemm.c = c + cBatch.offsets[item]
      unsafe gemm.c_stride = cBatch.rowStride
      unsafe gemm.scale = alpha
      unsafe ck_gemm_f32_run(family, &gemm, part)
    }
  }
}
